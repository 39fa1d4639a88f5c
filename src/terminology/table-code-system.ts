import type { Sql } from '../db/types.ts';
import { Problem } from '../kernel/problem.ts';
import type { CodeSystemSource, ConceptEntry, Filter, Selection } from './code-system.ts';
import { propertyValue, systemOfOid } from './code-system-of-dictionary.ts';
import { foldText, stemOf, wordsOf } from './fold-text.ts';
import type { Designation, PassportField } from './import-dictionary.ts';
import { isNearBeginning } from './near-word.ts';
import type { DictionaryVersion } from './tables.ts';
import './problems.ts';

interface Row {
  key: string;
  code: string;
  parent: string | null;
  display: string;
  active: boolean;
  abstract: boolean;
  designations: Designation[] | null;
  extra: Record<string, string>;
}

const columns = 'key, code, parent, display, active, abstract, designations, extra';

/** A version of an imported dictionary, read from its rows. */
export class TableCodeSystem implements CodeSystemSource {
  readonly url: string;
  readonly version: string;
  readonly name: string;
  readonly content = 'complete';
  readonly language = 'ru';
  readonly properties: readonly { code: string; description?: string | undefined }[];
  readonly #sql: Sql;
  readonly #oid: string;
  readonly #fields: ReadonlyMap<string, PassportField>;
  #vocabulary: Promise<readonly string[]> | undefined;

  /** `url` is the canonical that was asked for: another OID of the same dictionary keeps its name in the answer. */
  constructor(sql: Sql, dictionary: DictionaryVersion, url = systemOfOid(dictionary.oid)) {
    this.url = url;
    this.version = dictionary.version;
    this.name = dictionary.name;
    this.#sql = sql;
    this.#oid = dictionary.oid;
    const fields = dictionary.passport?.fields ?? [];
    this.#fields = new Map(fields.map((field) => [field.field, field]));
    this.properties = fields.map(({ field, alias }) => ({ code: field, description: alias ?? undefined }));
  }

  async select(selection: Selection): Promise<{ total: number; concepts: readonly ConceptEntry[] }> {
    const found = await this.#select(selection, selection.text);
    if (found.total > 0 || selection.text === undefined) return found;
    const corrected = await this.#correct(selection.text);
    return corrected === undefined ? found : this.#select(selection, corrected);
  }

  async above(code: string): Promise<readonly string[]> {
    const rows = await this.#sql.query<{ code: string }>(`with recursive above (code, level) as (
        select parent, 1 from concept where oid = $1 and version = $2 and code = $3 and parent is not null
        union select c.parent, level + 1 from concept c join above on c.code = above.code where c.oid = $1 and c.version = $2 and c.parent is not null)
      select code from above order by level`, [this.#oid, this.version, code]);
    return rows.map((row) => row.code);
  }

  async children(code: string): Promise<readonly string[]> {
    const rows = await this.#sql.query<{ code: string }>('select code from concept where oid = $1 and version = $2 and parent = $3 order by place', [this.#oid, this.version, code]);
    return rows.map((row) => row.code);
  }

  async #select({ filters = [], codes, activeOnly, offset = 0, limit }: Selection, text: string | undefined): Promise<{ total: number; concepts: readonly ConceptEntry[] }> {
    const values: unknown[] = [this.#oid, this.version];
    const value = (one: unknown): string => `$${values.push(one)}`;
    const conditions = ['oid = $1', 'version = $2', ...filters.map((filter) => this.#condition(filter, value))];
    if (codes) conditions.push(`code = any(${value(codes)}::text[])`);
    if (activeOnly) conditions.push('active');
    let order = 'place';
    if (text !== undefined) {
      const query = textQuery(text);
      if (query === undefined) return { total: 0, concepts: [] };
      conditions.push(`words @@ ${value(query)}::tsquery`);
      const [folded, code] = [value(wordsOf(text).join(' ')), value(foldText(text).trim())];
      order = `active desc, lower(code) = ${code} desc, folded = ${folded} desc, starts_with(folded, ${folded}) desc, length(display), place`;
    }
    const where = conditions.join(' and ');
    try {
      const rows = await this.#sql.query<Row>(`select ${columns} from concept where ${where} order by ${order} limit ${Math.max(0, limit)} offset ${offset}`, values);
      if (offset === 0 && rows.length < limit) return { total: rows.length, concepts: rows.map((row) => this.#entry(row)) };
      // the values of the order alone have no place in the count
      const used = values.slice(0, text === undefined ? values.length : values.length - 2);
      const [count] = await this.#sql.query<{ total: number }>(`select count(*)::int as total from concept where ${where}`, used);
      return { total: count!.total, concepts: rows.map((row) => this.#entry(row)) };
    } catch (error) {
      const regex = filters.find(({ op }) => op === 'regex');
      if (regex && (error as { code?: string }).code === '2201B') throw badFilter(regex);
      throw error;
    }
  }

  /** http://hl7.org/fhir/R4/valueset-filter-operator.html as SQL. */
  #condition(filter: Filter, value: (one: unknown) => string): string {
    const { property, op, value: wanted } = filter;
    const list = () => value((wanted ?? '').split(',').map((one) => one.trim()));
    if (wanted === undefined) throw badFilter(filter);
    const tree = (start: string, step: string) => `(with recursive tree (code) as (${start} union ${step}) select code from tree where code is not null)`;
    const below = () => {
      const root = value(wanted);
      return tree(`select ${root}::text`, 'select c.code from concept c join tree on c.parent = tree.code where c.oid = $1 and c.version = $2');
    };
    if (property === 'concept' || property === 'code') {
      switch (op) {
        case 'is-a': return `code in ${below()}`;
        case 'descendent-of': return `code in ${below()} and code <> ${value(wanted)}`;
        case 'is-not-a': return `code not in ${below()}`;
        case 'generalizes': return `code in ${tree(`select ${value(wanted)}::text`, 'select c.parent from concept c join tree on c.code = tree.code where c.oid = $1 and c.version = $2')}`;
        case '=': return `code = ${value(wanted)}`;
        case 'in': return `code = any(${list()}::text[])`;
        case 'not-in': return `code <> all(${list()}::text[])`;
        case 'regex': return `code ~ ${value(wholeMatch(wanted))}`;
        default: throw badFilter(filter);
      }
    }
    const expression = this.#expression(property, value);
    if (expression === undefined) throw badFilter(filter);
    switch (op) {
      case '=': return `${expression} = ${value(wanted)}`;
      case 'in': return `${expression} = any(${list()}::text[])`;
      case 'not-in': return `coalesce(${expression} <> all(${list()}::text[]), true)`;
      case 'regex': return `${expression} ~ ${value(wholeMatch(wanted))}`;
      case 'exists': return `${expression} is ${wanted === 'false' ? '' : 'not '}null`;
      default: throw badFilter(filter);
    }
  }

  /** A property of a row as text. */
  #expression(property: string | undefined, value: (one: unknown) => string): string | undefined {
    if (property === 'display') return 'display';
    if (property === 'parent') return 'parent';
    if (property === 'inactive') return '(not active)::text';
    if (property === 'notSelectable') return 'abstract::text';
    return property !== undefined && this.#fields.has(property) ? `(extra ->> ${value(property)})` : undefined;
  }

  /** Nothing has these words: each that no word begins with is taken for a slip of the nearest ones. */
  async #correct(text: string): Promise<string | undefined> {
    const typed = wordsOf(text);
    if (!typed.some((word) => word.length >= 4)) return undefined;
    this.#vocabulary ??= this.#sql
      .query<{ word: string }>('select distinct word from concept, unnest(tsvector_to_array(words)) as word where oid = $1 and version = $2', [this.#oid, this.version])
      .then((rows) => rows.map(({ word }) => word));
    const vocabulary = await this.#vocabulary;
    const corrected = typed.map((word) => {
      if (word.length < 4 || vocabulary.some((known) => known.startsWith(word))) return word;
      const near = vocabulary.filter((known) => isNearBeginning(word, known)).sort((a, b) => Math.abs(a.length - word.length) - Math.abs(b.length - word.length) || (a < b ? -1 : 1));
      return near[0] ?? word;
    });
    return corrected.every((word, i) => word === typed[i]) ? undefined : corrected.join(' ');
  }

  #entry({ code, parent, display, active, abstract, designations, extra }: Row): ConceptEntry {
    return {
      code,
      display: display || undefined,
      parents: parent === null ? [] : [parent],
      active,
      abstract,
      designations: designations ?? [],
      properties: Object.entries(extra).map(([column, text]) => propertyValue(this.#fields.get(column) ?? { field: column }, text)),
    };
  }
}

export const badFilter = ({ property, op, value }: Filter): Problem => new Problem('terminology.bad-filter', { property: property ?? '', op: op ?? '', value: value ?? '' });

/** A pattern of a value set means the whole value; PostgreSQL's automaton cannot be made to run for ever by it. */
export const wholeMatch = (pattern: string): string => `^(?:${pattern})$`;

/** Every typed word must begin a word of the row, or share its stem. Undefined where nothing was typed. */
function textQuery(text: string): string | undefined {
  const words = [...new Set(wordsOf(text))].slice(0, 12);
  if (words.length === 0) return undefined;
  return words
    .map((word) => {
      const stem = stemOf(word);
      return stem === word ? `${word}:*` : `(${word}:* | ${stem}${stem.length >= 5 ? ':*' : ''})`;
    })
    .join(' & ');
}
