import { X509Certificate } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readMasterKey } from '../../modules/documents/index.ts';
import type { Finding, Given } from './finding.ts';

const warnDays = 30;

/** The master key's file, and that it is the one that opens the signing keys. */
export async function checkMasterKey({ config, database }: Given): Promise<Finding> {
  const file = config.keyFile ?? join(config.data, 'master.key');
  const needed = await masterKeysNeeded(database);
  if (!existsSync(file)) {
    if (needed.length > 0) {
      const text = { ru: `Мастер-ключа нет (${file}), а в базе лежат ключи подписи под ним: верните прежний`, en: `There is no master key (${file}), and the database holds signing keys under it: put the former one back` };
      return { ok: false, text, mend: `install -m 600 master.key ${file}` };
    }
    if (!config.keyFile && config.demo) return { ok: true, text: { ru: 'Мастер-ключ: будет создан при первом запуске', en: 'Master key: made at the first start' } };
    const mend = `(umask 077 && openssl rand -base64 32 > ${file}) && export KARTA_KEY_FILE=${file}`;
    return { ok: false, text: { ru: `Мастер-ключа нет: ${file}`, en: `There is no master key: ${file}` }, mend };
  }
  const open = (statSync(file).mode & 0o077) !== 0;
  if (open) return { ok: false, text: { ru: `Мастер-ключ могут читать другие: ${file}`, en: `Others can read the master key: ${file}` }, mend: `chmod 600 ${file}` };
  if (needed.some((id) => id !== readMasterKey(file).id)) {
    const text = { ru: `Мастер-ключ не тот: ключи подписи закрыты другим (${file})`, en: `Another master key than the one that wraps the signing keys: ${file}` };
    return { ok: false, text, mend: `install -m 600 master.key ${file}` };
  }
  return { ok: true, text: { ru: `Мастер-ключ: ${file}`, en: `Master key: ${file}` } };
}

/** Which master keys wrap the signing keys in force. */
async function masterKeysNeeded(database: Given['database']): Promise<string[]> {
  const [table] = database ? await database.query<{ there: boolean }>("select to_regclass('signing_key') is not null as there") : [];
  if (!table?.there) return [];
  return (await database!.query<{ master: string }>('select distinct master from signing_key where revoked is null')).map(({ master }) => master);
}

/** Certificates of the signing keys in force: none may expire unnoticed. Owners are references, never names. */
export async function checkCertificates({ database, now }: Given): Promise<Finding> {
  const [table] = database ? await database.query<{ there: boolean }>("select to_regclass('signing_key') is not null as there") : [];
  const keys = table?.there ? await database!.query<{ owner: string; certificate: Buffer }>('select owner, certificate from signing_key where revoked is null order by owner') : [];
  const soon = keys
    .map(({ owner, certificate }) => ({ owner, until: new Date(new X509Certificate(certificate).validTo) }))
    .filter(({ until }) => until.getTime() < now.getTime() + warnDays * 86_400_000);
  if (soon.length === 0) return { ok: true, text: { ru: `Сертификаты подписи: ${keys.length}, сроки в порядке`, en: `Signing certificates: ${keys.length}, none expires soon` } };
  const list = soon.map(({ owner, until }) => `${owner} (${until.toISOString().slice(0, 10)})`).join(', ');
  return { ok: false, text: { ru: `Истекают сертификаты подписи: ${list}`, en: `Signing certificates expire: ${list}` } };
}
