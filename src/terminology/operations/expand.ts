import { createHash } from 'node:crypto';
import type { ValueSet, ValueSetExpansionContains, ValueSetExpansionParameter } from '@medplum/fhirtypes';
import { Problem } from '../../kernel/problem.ts';
import type { ConceptEntry } from '../code-system.ts';
import { filterByWords } from '../match-words.ts';
import { nameOf, singleInclude, ValueSets, type Member } from '../value-set.ts';
import type { Arguments } from './arguments.ts';
import { displayIn, valueSetOf, type Ground, type TerminologyOperation } from './ground.ts';

/** Codes that one answer carries at most. */
export const answerLimit = 20_000;

interface Wish {
  filter: string | undefined;
  activeOnly: boolean | undefined;
  offset: number;
  count: number | undefined;
}

/**
 * http://hl7.org/fhir/R4/valueset-operation-expand.html. With typed words the best match stands first and rows out of force stay away
 * unless they are asked for; the answer says so in `expansion.parameter`. The same question has the same answer in the same order.
 */
export const expand: TerminologyOperation = {
  name: 'expand',
  type: 'ValueSet',
  levels: ['type', 'instance'],
  definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand',
  async run(ground, given, id) {
    const valueSet = await valueSetOf(ground, given, id);
    const filter = given.text('filter');
    const wish: Wish = { filter, activeOnly: given.flag('activeOnly') ?? (filter === undefined ? undefined : true), offset: given.count('offset') ?? 0, count: given.count('count') };
    if (wish.count !== undefined && wish.count > answerLimit) throw new Problem('terminology.too-costly', { url: nameOf(valueSet), limit: answerLimit });
    const sets = new ValueSets(ground.definitions, { preferred: given.versions('system-version'), forced: given.versions('force-system-version'), checked: given.versions('check-system-version') });
    const { total, members, used } = await pageOf(sets, valueSet, wish, given.flag('excludeNotForUI') === true);
    return expanded(ground, given, valueSet, wish, total, members, used);
  },
};

interface Page {
  total: number;
  members: readonly Member[];
  /** Versions of the code systems drawn on: `system|version`. */
  used: readonly string[];
}

async function pageOf(sets: ValueSets, valueSet: ValueSet, { filter, activeOnly, offset, count }: Wish, selectable: boolean): Promise<Page> {
  const include = selectable ? undefined : singleInclude(valueSet);
  if (include) {
    const source = await sets.demandSource(include);
    const onlyActive = activeOnly ?? (valueSet.compose?.inactive === false ? true : undefined);
    const { total, concepts } = await source.select({ filters: include.filter ?? [], text: filter, ...(onlyActive !== undefined && { activeOnly: onlyActive }), offset, limit: count ?? answerLimit });
    if (count === undefined && total - offset > answerLimit) throw new Problem('terminology.too-costly', { url: nameOf(valueSet), limit: answerLimit });
    const { url: system, version, language } = source;
    return { total, members: concepts.map((concept) => ({ system, version, concept, language })), used: version === undefined ? [] : [`${system}|${version}`] };
  }
  let members = [...(await sets.members(valueSet)).values()];
  const used = [...new Set(members.filter(({ version }) => version !== undefined).map(({ system, version }) => `${system}|${version}`))];
  if (activeOnly) members = members.filter(({ concept }) => concept.active);
  if (selectable) members = members.filter(({ concept }) => !concept.abstract);
  if (filter !== undefined) members = filterByWords(members, filter, ({ concept }) => textsOf(concept));
  if (count === undefined && members.length - offset > answerLimit) throw new Problem('terminology.too-costly', { url: nameOf(valueSet), limit: answerLimit });
  return { total: members.length, members: members.slice(offset, offset + (count ?? answerLimit)), used };
}

const textsOf = ({ code, display, designations }: ConceptEntry): string[] => [display ?? '', code, ...designations.map(({ value }) => value)];

/** The definition with its expansion; what it was made of is left out unless it is asked for. */
function expanded(ground: Ground, given: Arguments, valueSet: ValueSet, wish: Wish, total: number, members: readonly Member[], used: readonly string[]): ValueSet {
  const includeDesignations = given.flag('includeDesignations');
  const displayLanguage = given.text('displayLanguage');
  const parameter: ValueSetExpansionParameter[] = [
    ...(wish.filter === undefined ? [] : [{ name: 'filter', valueString: wish.filter }]),
    ...(wish.activeOnly === undefined ? [] : [{ name: 'activeOnly', valueBoolean: wish.activeOnly }]),
    ...(includeDesignations === undefined ? [] : [{ name: 'includeDesignations', valueBoolean: includeDesignations }]),
    ...(displayLanguage === undefined ? [] : [{ name: 'displayLanguage', valueCode: displayLanguage }]),
    ...(given.flag('excludeNotForUI') === undefined ? [] : [{ name: 'excludeNotForUI', valueBoolean: given.flag('excludeNotForUI')! }]),
    ...(given.text('offset') === undefined ? [] : [{ name: 'offset', valueInteger: wish.offset }]),
    ...(wish.count === undefined ? [] : [{ name: 'count', valueInteger: wish.count }]),
    ...used.map((version) => ({ name: 'version', valueUri: version })),
  ];
  const { compose, expansion: _, text: _narrative, ...definition } = valueSet;
  const paged = wish.count !== undefined || wish.offset > 0;
  return {
    ...definition,
    ...(given.flag('includeDefinition') === true && compose && { compose }),
    expansion: {
      identifier: identifierOf([valueSet.url ?? valueSet.id ?? JSON.stringify(compose), valueSet.version ?? '', ...used, wish.filter ?? '', String(wish.activeOnly), displayLanguage ?? '', String(includeDesignations)]),
      timestamp: ground.now.toISOString(),
      total,
      ...(paged && { offset: wish.offset }),
      ...(parameter.length > 0 && { parameter }),
      ...(members.length > 0 && { contains: members.map((member) => containsOf(member, displayLanguage, includeDesignations === true)) }),
    },
  };
}

function containsOf({ system, version, concept, language }: Member, displayLanguage: string | undefined, designations: boolean): ValueSetExpansionContains {
  const display = displayIn(concept, language, displayLanguage);
  return {
    system,
    ...(concept.abstract && { abstract: true }),
    ...(!concept.active && { inactive: true }),
    ...(version !== undefined && { version }),
    code: concept.code,
    ...(display !== undefined && { display }),
    ...(designations && concept.designations.length > 0 && { designation: concept.designations.map(({ language: tongue, use, value }) => ({ ...(tongue && { language: tongue }), ...(use && { use }), value })) }),
  };
}

/** All pages of one expansion bear one name, and so does the same expansion asked for again. */
function identifierOf(parts: readonly string[]): string {
  const hash = createHash('sha256').update(parts.join('\u0000')).digest('hex');
  return `urn:uuid:${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
