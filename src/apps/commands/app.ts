import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { addClient, clientKinds, clientMethods, listClients, openEntrance, revokeClient, rotateSecret, type NewClient } from '../../access/index.ts';
import { loadFhir } from '../../fhir/index.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { log } from '../../kernel/log.ts';
import { openStore } from '../../store/index.ts';
import { type Call, Usage } from '../command.ts';
import { openDatabase } from '../open-database.ts';

const usage = {
  ru: 'karta app list · karta app add --name ИМЯ --kind app|service --method none|client_secret_basic|client_secret_post|private_key_jwt --scopes "…" [--redirect URI]… [--launch URI] [--jwks FILE | --jwks-uri URI] [--about ТЕКСТ] · karta app secret ID · karta app end ID',
  en: 'karta app list · karta app add --name NAME --kind app|service --method none|client_secret_basic|client_secret_post|private_key_jwt --scopes "…" [--redirect URI]… [--launch URI] [--jwks FILE | --jwks-uri URI] [--about TEXT] · karta app secret ID · karta app end ID',
};

/** `karta app`: registers apps and programs that speak FHIR, renews their secrets, ends them; may run beside the server. A secret is shown once. */
export async function appCommand({ args, root, env, say }: Call): Promise<number> {
  const [act, ...rest] = args;
  if (!act || !['list', 'add', 'secret', 'end'].includes(act) || (act === 'list') !== (rest.length === 0)) throw new Usage(usage);
  loadFhir();
  const given = act === 'add' ? readClient(rest) : undefined;
  const config = readConfig(env, root);
  const opened = await openDatabase(config, 'guest', say);
  try {
    const store = await openStore(opened.database, { clock: systemClock, zone: config.zone });
    const entrance = openEntrance({ db: opened.database, store, clock: systemClock, log, url: config.url, demo: config.demo });
    if (act === 'list') {
      for (const { id, name, kind, method, scopes, disabled } of await listClients(entrance.db)) say(`${id}  ${disabled ? '×' : '·'} ${name}  ${kind} ${method}  ${scopes}`);
    } else if (given) {
      const { id, secret } = await addClient(entrance, given);
      say({ ru: `Идентификатор (client_id): ${id}`, en: `Client id: ${id}` });
      if (secret !== undefined) sayOnce(say, secret);
    } else if (act === 'secret') {
      sayOnce(say, await rotateSecret(entrance, rest[0]!));
    } else {
      await revokeClient(entrance, rest[0]!);
      say({ ru: 'Отключено: разрешения и токены больше не действуют.', en: 'Ended: its permissions and tokens are void.' });
    }
    return 0;
  } finally {
    await opened.close();
  }
}

function sayOnce(say: Call['say'], secret: string): void {
  say({ ru: `Секрет, показан один раз: ${secret}`, en: `Secret, shown once: ${secret}` });
}

function readClient(args: readonly string[]): NewClient {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { name: { type: 'string' }, kind: { type: 'string' }, method: { type: 'string' }, scopes: { type: 'string' }, redirect: { type: 'string', multiple: true }, launch: { type: 'string' }, jwks: { type: 'string' }, 'jwks-uri': { type: 'string' }, about: { type: 'string' } },
    });
    const kind = clientKinds.find((one) => one === values.kind);
    const method = clientMethods.find((one) => one === values.method);
    if (!values.name || !values.scopes || !kind || !method) throw new Usage(usage);
    const jwks = values.jwks === undefined ? undefined : (JSON.parse(readFileSync(values.jwks, 'utf8')) as NonNullable<NewClient['jwks']>);
    return {
      name: values.name, kind, method, scopes: values.scopes, redirectUris: values.redirect ?? [],
      ...(values.launch !== undefined && { launchUri: values.launch }), ...(jwks && { jwks }), ...(values['jwks-uri'] !== undefined && { jwksUri: values['jwks-uri'] }), ...(values.about !== undefined && { about: values.about }),
    };
  } catch (error) {
    throw error instanceof Usage ? error : new Usage(usage);
  }
}
