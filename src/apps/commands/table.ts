import type { Command, Text } from '../command.ts';

export interface Entry {
  /** What follows the name, for help. */
  args?: string;
  about: Text;
  /** Loaded only when called, so that help and small commands stay quick. */
  load(): Promise<Command>;
}

/** All commands of `karta`, in the order in which help lists them. A new command is a file beside this one and a line here. */
export const commands: Readonly<Record<string, Entry>> = {
  start: {
    about: { ru: 'запустить Карту: база данных, программы, демонстрационный регион', en: 'start Karta: database, programs, the demo region' },
    load: async () => (await import('./start.ts')).start,
  },
  import: {
    args: 'FILE… [--dry-run]',
    about: { ru: 'загрузить FHIR JSON, NDJSON, Bundle (и .gz) или население в CSV', en: 'load FHIR JSON, NDJSON, Bundles (also .gz), or the population as CSV' },
    load: async () => (await import('./import.ts')).importCommand,
  },
  export: {
    args: 'DIR [--since T] [--types A,B]',
    about: { ru: 'выгрузить все ресурсы на одно мгновение в NDJSON; прерванное продолжается', en: 'export all resources as of one instant as NDJSON; goes on after a stop' },
    load: async () => (await import('./export.ts')).exportCommand,
  },
  'import-dictionary': {
    args: 'FILE|FOLDER…',
    about: { ru: 'загрузить официальные справочники НСИ, например МКБ-10', en: 'load official dictionaries of NSI, such as ICD-10' },
    load: async () => (await import('./import-dictionary.ts')).importDictionaryCommand,
  },
  verify: {
    args: 'FILE… [--ca ROOTS.pem] [--json]',
    about: { ru: 'проверить подписи документа или архива: кто, когда, каким сертификатом', en: 'verify the signatures of a document or an archive: who, when, which certificate' },
    load: async () => {
      const { verifyCommand } = await import('./verify.ts');
      return ({ args, env }) => verifyCommand([...args], env);
    },
  },
  'issue-keys': {
    about: { ru: 'выдать ключи тестового центра сотрудникам и организациям, у которых их нет', en: 'issue keys of the test centre to staff and organisations that have none' },
    load: async () => (await import('./issue-keys.ts')).issueKeysCommand,
  },
  app: {
    args: 'list|add|secret|end …',
    about: { ru: 'приложения и программы, которые работают через FHIR: зарегистрировать, новый секрет, отключить', en: 'apps and programs that speak FHIR: register, new secret, end' },
    load: async () => (await import('./app.ts')).appCommand,
  },
  backup: {
    args: 'DIR [--to KEY.pem]',
    about: { ru: 'резервная копия в новую папку; с --to — зашифрованная открытым ключом', en: 'a backup into a new folder; with --to encrypted to a public key' },
    load: async () => (await import('./backup.ts')).backup,
  },
  restore: {
    args: 'DIR [--key KEY.pem]',
    about: { ru: 'восстановить копию в пустую папку данных или пустую базу', en: 'restore a backup into an empty data folder or database' },
    load: async () => (await import('./restore.ts')).restore,
  },
  check: {
    about: { ru: 'проверить базу, диск, часы, сертификаты, почту', en: 'check database, disk, clock, certificates, mail' },
    load: async () => (await import('./check.ts')).check,
  },
  test: {
    about: { ru: 'все проверки и тесты', en: 'all checks and tests' },
    load: async () => (await import('./test.ts')).test,
  },
  trial: {
    args: '[NAME…] [--minutes M] [--seed N]',
    about: { ru: 'долгие испытания: сотни убитых процессов, десятки тысяч враждебных запросов', en: 'long trials: hundreds of killed processes, tens of thousands of hostile requests' },
    load: async () => (await import('./trial.ts')).trial,
  },
  bench: {
    args: '[NAME…] [--json]',
    about: { ru: 'измерения рядом с пределом того же прогона', en: 'measures beside the limit of the same run' },
    load: async () => (await import('./bench.ts')).bench,
  },
  docs: {
    about: { ru: 'записать страницы, которые делаются из программы: коды отказов, измеренные скорости', en: 'write the pages that are made from the program: codes of refusals, measured speeds' },
    load: async () => (await import('./docs.ts')).docs,
  },
  pictures: {
    args: '[FOLDER]',
    about: { ru: 'снять картинки для README и руководства, начертить схему', en: 'take the pictures of README and handbook, draw the map of the house' },
    load: async () => (await import('./pictures.ts')).pictures,
  },
};
