import type { CodeSystem } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { icd10System, systemOfOid } from '../../terminology/code-system-of-dictionary.ts';
import { icd10Oid } from '../../terminology/compact-icd10.ts';
import type { Terminology } from '../../terminology/open-terminology.ts';
import { compareVersions, type DictionaryVersion } from '../../terminology/tables.ts';
import { hasRowsBelow } from './tables.ts';
import type { DictionaryLine, DictionaryPage, VersionLine } from './contract.ts';

/** Ids of the CodeSystems that imports write: their dictionaries are listed by their rows. */
const ofImport = /^nsi-/;

/** All dictionaries that Karta knows codes of, beside those of FHIR itself: one line each, by name. */
export async function listDictionaries(ctx: Ctx, terminology: Terminology): Promise<DictionaryLine[]> {
  const pages = await readAll(ctx, terminology);
  const collator = new Intl.Collator('ru', { numeric: true });
  return pages.map(({ hierarchical: _h, description: _d, also: _a, all: _l, ...line }) => line).sort((a, b) => collator.compare(a.name, b.name));
}

/** One with its versions, the newest first. Refuses `dictionaries.unknown`. */
export async function readDictionaryPage(ctx: Ctx, terminology: Terminology, system: string): Promise<DictionaryPage> {
  const found = (await readAll(ctx, terminology)).find((one) => one.system === system);
  if (!found) throw new Problem('dictionaries.unknown', { system });
  const { oid, version } = found;
  return oid !== undefined && terminology.dictionaries.some((one) => one.oid === oid) ? { ...found, hierarchical: await hasRowsBelow(ctx.sql, oid, version) } : found;
}

async function readAll(ctx: Ctx, terminology: Terminology): Promise<DictionaryPage[]> {
  const imported = [...Map.groupBy(terminology.dictionaries, ({ oid }) => oid).values()].map(ofRows);
  const systems = new Set(imported.map(({ system }) => system));
  const stored = (await readStored(ctx)).filter(({ system }) => !systems.has(system));
  const { compact } = terminology;
  return [...imported, ...stored, ...(compact && !systems.has(icd10System) ? [ofCompact(compact)] : [])];
}

const published = (passport: DictionaryVersion['passport']): string | undefined => {
  const found = /^(\d{2})\.(\d{2})\.(\d{4})/.exec(passport?.publishDate ?? '');
  return found ? `${found[3]}-${found[2]}-${found[1]}` : undefined;
};

function ofRows(versions: readonly DictionaryVersion[]): DictionaryPage {
  const sorted = versions.toSorted((a, b) => compareVersions(b.version, a.version));
  const newest = sorted[0]!;
  const all = sorted.map(({ version, rows, imported, passport }): VersionLine => {
    const date = published(passport);
    return { version, rows, imported: new Date(imported).toISOString(), archived: passport?.archive === true, ...(date && { published: date }) };
  });
  const description = newest.passport?.description?.replace(/<[^>]{1,200}>/g, ' ').trim();
  return {
    system: systemOfOid(newest.oid), oid: newest.oid, name: newest.name, origin: originOf(newest),
    ...(newest.title && newest.title !== newest.name && { title: newest.title }),
    ...(description && { description }),
    also: newest.also, all, hierarchical: false,
    ...newestOf(all),
  };
}

/** The federal register has one branch of OIDs; another installation's own dictionaries come in by the same format. */
const originOf = ({ oid }: DictionaryVersion): 'nsi' | 'own' => (oid.startsWith('1.2.643.5.1.13.') ? 'nsi' : 'own');

/** What the line says of the newest version. */
function newestOf(all: readonly VersionLine[]): Pick<DictionaryLine, 'version' | 'rows' | 'published' | 'imported' | 'versions'> {
  const { archived: _, ...newest } = all[0]!;
  return { ...newest, versions: all.length };
}

function ofCompact({ header, entries }: NonNullable<Terminology['compact']>): DictionaryPage {
  const version = header.version ?? '';
  return {
    system: icd10System, oid: icd10Oid, name: header.name ?? 'МКБ-10', ...(header.title && { title: header.title }), origin: 'short',
    version, versions: 1, rows: entries.length, hierarchical: true, also: [], all: [{ version, rows: entries.length, archived: false }],
  };
}

/** CodeSystems of this installation that carry their concepts themselves. */
async function readStored(ctx: Ctx): Promise<DictionaryPage[]> {
  const { matches } = await ctx.store.search('CodeSystem', '_count=1000');
  const resources = matches.filter(({ id }) => !ofImport.test(id)).map(({ content, updated }) => ({ resource: JSON.parse(content) as CodeSystem, updated }));
  const withCodes = resources.filter(({ resource }) => resource.url && resource.concept?.length);
  return [...Map.groupBy(withCodes, ({ resource }) => resource.url!).entries()].map(([system, versions]) => {
    const sorted = versions.toSorted((a, b) => compareVersions(b.resource.version ?? '', a.resource.version ?? ''));
    const { resource } = sorted[0]!;
    const all = sorted.map(({ resource: one, updated }): VersionLine => ({
      version: one.version ?? '', rows: one.count ?? countOf(one.concept), imported: new Date(updated).toISOString(), archived: one.status === 'retired', ...(one.date && { published: one.date.slice(0, 10) }),
    }));
    return {
      system, name: resource.title ?? resource.name ?? system, origin: 'own' as const, also: [], all,
      ...(system.startsWith('urn:oid:') && { oid: system.slice('urn:oid:'.length) }), ...(resource.publisher && { publisher: resource.publisher }), ...(resource.description && { description: resource.description }),
      hierarchical: resource.hierarchyMeaning !== undefined || (resource.concept ?? []).some(({ concept }) => concept !== undefined),
      ...newestOf(all),
    };
  });
}

function countOf(concepts: CodeSystem['concept'] = []): number {
  return concepts.reduce((sum, { concept }) => sum + 1 + countOf(concept), 0);
}
