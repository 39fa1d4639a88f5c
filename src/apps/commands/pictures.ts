import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Call, Usage } from '../command.ts';
import { counted } from '../counted.ts';
import { drawFloors } from '../docs/draw-floors.ts';

/** `karta pictures [FOLDER]`: takes the pictures of README and handbook anew and draws the map of the house; `docs/pictures` unless told. */
export async function pictures(call: Call): Promise<number> {
  const { args, root, say } = call;
  if (args.length > 1) throw new Usage({ ru: 'Назовите не больше одной папки: karta pictures [FOLDER]', en: 'Name one folder at most: karta pictures [FOLDER]' });
  const folder = args[0] ? resolve(args[0]) : join(root, 'docs/pictures');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'architecture.svg'), drawFloors(root));
  // Loaded here, since a browser is a tool of developers: `karta start` never needs one.
  const [{ openRegion }, { scenes }, { takePictures }] = await Promise.all([import('../testing/pictures/open-region.ts'), import('../testing/pictures/scenes.ts'), import('../testing/pictures/take-pictures.ts')]);
  const region = await openRegion(call);
  try {
    const files = await takePictures(scenes, { ...region, folder, taken: (file) => say(`  ${file}`) });
    const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    const megabytes = (bytes / 1e6).toFixed(1);
    say({ ru: `${counted(files.length, 'картинка', 'картинки', 'картинок')}, ${megabytes.replace('.', ',')}\u00A0МБ: ${folder}`, en: `${files.length} pictures, ${megabytes} MB: ${folder}` });
    return 0;
  } finally {
    await region.close();
  }
}
