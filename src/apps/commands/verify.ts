import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../kernel/config.ts';
import { Problem, problemText, type Language } from '../../kernel/problem.ts';
import { fromPem, readTrustAnchors, verdictText, verifyUpload, type GivenFile } from '../../modules/documents/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const words = {
  ru: {
    usage: 'karta verify ФАЙЛ… [--ca КОРНИ.pem] [--json]\n  Проверяет документ и его подпись (.p7s) или архив, скачанный из Карты.\n  Ответ: 0 — подпись верна, 1 — неверна или не подтверждена, 2 — проверить не удалось.\n',
    unreadable: 'Файл не читается: ', noAnchors: 'Доверенных центров нет: назовите их файлом в --ca (PEM). Подписи проверены без доверия.\n', badAnchors: 'В файле нет сертификатов PEM: ', option: 'Неизвестный ключ: ',
  },
  en: {
    usage: 'karta verify FILE… [--ca ROOTS.pem] [--json]\n  Verifies a document and its signature (.p7s), or an archive from Karta.\n  Answer: 0 valid, 1 not valid or not confirmed, 2 could not be verified.\n',
    unreadable: 'The file cannot be read: ', noAnchors: 'There are no trusted authorities: name them with --ca (PEM). The signatures were verified without trust.\n', badAnchors: 'There are no PEM certificates in the file: ', option: 'Unknown option: ',
  },
} as const;

class Usage extends Error {}

/**
 * `karta verify FILE…`: who signed, when, with which certificate, over which hash, and what is wrong. Needs neither server nor database.
 * Answers the exit code: 0 valid, 1 not valid or not confirmed, 2 could not be verified.
 */
export async function verifyCommand(args: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const language: Language = /^en/i.test(env.LC_ALL || env.LC_MESSAGES || env.LANG || '') ? 'en' : 'ru';
  const w = words[language];
  try {
    const { files, authorities, json } = readArguments(args, w);
    const anchors = authorities.length > 0 ? authorities.flatMap((name) => readRoots(name, w)) : readTrustAnchors(readConfig(env, root).data);
    const verdicts = verifyUpload(files.flatMap((name) => withSignatures(name, files, w)), { anchors }, new Date());
    process.stdout.write(json ? `${JSON.stringify(verdicts, undefined, 2)}\n` : verdicts.map((each) => verdictText(each, language)).join('\n'));
    if (anchors.length === 0) process.stderr.write(w.noAnchors);
    return verdicts.every((each) => each.verdict === 'valid') ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof Usage)) throw error;
    process.stderr.write(error instanceof Problem ? `${problemText(error.code, error.details, language)}\n` : error.message);
    return 2;
  }
}

type Words = (typeof words)[Language];

function readArguments(args: readonly string[], w: Words): { files: string[]; authorities: string[]; json: boolean } {
  const files: string[] = [];
  const authorities: string[] = [];
  let json = false;
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!;
    if (argument === '--json') json = true;
    else if (argument === '--ca' && args[at + 1]) authorities.push(args[++at]!);
    else if (argument.startsWith('--')) throw new Usage(`${w.option}${argument}\n${w.usage}`);
    else files.push(argument);
  }
  if (files.length === 0) throw new Usage(w.usage);
  return { files, authorities, json };
}

/** A document named alone finds its signatures beside it: `a.json` → `a.json.p7s`, `a.p7s`. */
function withSignatures(name: string, named: readonly string[], w: Words): GivenFile[] {
  const given: GivenFile = { name: basename(name), bytes: read(name, w) };
  const alone = !named.some((each) => /\.(p7s|sig|sgn)$/i.test(each)) && !(given.bytes[0] === 0x50 && given.bytes[1] === 0x4b);
  if (!alone) return [given];
  const beside = [`${basename(name)}.p7s`, basename(name).replace(/\.[^.]+$/, '.p7s')].map((each) => join(dirname(resolve(name)), each));
  return [given, ...[...new Set(beside)].flatMap((each) => tryRead(each))];
}

function tryRead(path: string): GivenFile[] {
  try {
    return [{ name: basename(path), bytes: new Uint8Array(readFileSync(path)) }];
  } catch {
    return [];
  }
}

function read(path: string, w: Words): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    throw new Usage(`${w.unreadable}${path} (${(error as NodeJS.ErrnoException).code ?? ''})\n`);
  }
}

function readRoots(path: string, w: Words): Uint8Array[] {
  const found = fromPem(new TextDecoder().decode(read(path, w)));
  if (found.length === 0) throw new Usage(`${w.badAnchors}${path}\n`);
  return found;
}
