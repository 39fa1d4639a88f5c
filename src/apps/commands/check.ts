import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import type { Call } from '../command.ts';
import { checkCertificates, checkMasterKey } from '../checks/check-certificates.ts';
import { checkClock } from '../checks/check-clock.ts';
import { checkDatabase } from '../checks/check-database.ts';
import { checkDisk } from '../checks/check-disk.ts';
import { checkMail } from '../checks/check-mail.ts';
import type { Finding, Given } from '../checks/finding.ts';

/** `karta check`: one line for each thing, and under a failure the command that mends it. Exit code 1 when something failed. */
export async function check({ root, env, say }: Call): Promise<number> {
  const config = readConfig(env, root);
  const given: Given = { config, env, database: undefined, now: systemClock.now() };
  const tell = ({ ok, text, mend }: Finding): boolean => {
    const mark = ok ? '✓' : '✗';
    say({ ru: `${mark} ${text.ru}`, en: `${mark} ${text.en}` });
    if (mend) say(`    ${mend}`);
    return ok;
  };
  const { finding, opened } = await checkDatabase(given);
  try {
    let well = tell(finding);
    for (const one of [checkDisk, checkClock, checkMasterKey, checkCertificates, checkMail]) well = tell(await one({ ...given, database: opened?.database })) && well;
    return well ? 0 : 1;
  } finally {
    await opened?.close();
  }
}
