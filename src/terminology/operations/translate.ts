import type { Coding, ConceptMap, ConceptMapGroup, ConceptMapGroupElement, ConceptMapGroupElementTarget, Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { Problem } from '../../kernel/problem.ts';
import { dictionaryMap, dictionaryMapsBetween, partOfMap, type DictionaryMap } from '../dictionary-maps.ts';
import { bad, type Arguments } from './arguments.ts';
import { message, parameters, type Ground, type TerminologyOperation } from './ground.ts';

interface Match {
  equivalence: NonNullable<ConceptMapGroupElementTarget['equivalence']>;
  concept: Coding;
  product: NonNullable<ConceptMapGroupElementTarget['product']>;
  source: string | undefined;
}

/** Equivalences that say that there is no translation: http://hl7.org/fhir/R4/conceptmap-operation-translate.html, `result`. */
const none: ReadonlySet<string> = new Set(['unmatched', 'disjoint']);

/** Maps that lead on to others (`unmapped.mode = other-map`) are followed so far. */
const depthLimit = 5;

/**
 * http://hl7.org/fhir/R4/conceptmap-operation-translate.html: by a map that is named or given, else by all maps that lead from the
 * system to the target. Columns of dictionaries that hold codes of other systems are maps too.
 */
export const translate: TerminologyOperation = {
  name: 'translate',
  type: 'ConceptMap',
  levels: ['type', 'instance'],
  definition: 'http://hl7.org/fhir/OperationDefinition/ConceptMap-translate',
  async run(ground, given, id) {
    const codings = codingsOf(given);
    const reverse = given.flag('reverse') === true;
    const matches: Match[] = [];
    for (const coding of codings) {
      for (const map of await mapsFor(ground, given, id, coding, reverse)) matches.push(...(await matchesIn(ground, given, map, coding, reverse)));
    }
    return answer(ground, codings, distinct(matches));
  },
};

function codingsOf(given: Arguments): Coding[] {
  const coding = given.coding('coding');
  const concept = given.codeableConcept('codeableConcept');
  const code = given.text('code');
  const count = [coding, concept, code].filter((one) => one !== undefined).length;
  if (count === 0) throw new Problem('terminology.parameter-missing', { names: 'code, coding, codeableConcept' });
  if (count > 1) throw bad('code, coding, codeableConcept', String(count), '1');
  if (coding) return [coding];
  if (concept) return (concept.coding ?? []).filter((one) => typeof one.code === 'string');
  const system = given.text('system');
  if (system === undefined) throw new Problem('terminology.parameter-missing', { names: 'system' });
  return [{ system, code: code! }];
}

async function mapsFor(ground: Ground, given: Arguments, id: string | undefined, coding: Coding, reverse: boolean): Promise<ConceptMap[]> {
  if (id !== undefined) return [(await ground.read('ConceptMap', id)) as ConceptMap];
  const inline = given.resource<ConceptMap>('conceptMap', 'ConceptMap') ?? (given.body?.resourceType === 'ConceptMap' ? (given.body) : undefined);
  if (inline) return [inline];
  const part = (map: DictionaryMap) => partOfMap(ground.definitions, map, coding.code!, reverse);
  const url = given.text('url');
  if (url !== undefined) {
    const implied = dictionaryMap(url);
    const map = implied ? await part(implied) : await ground.definitions.conceptMap(url, given.text('conceptMapVersion'));
    if (!map) throw new Problem('terminology.unknown-map', { url });
    return [map];
  }
  if (coding.system === undefined) throw new Problem('terminology.parameter-missing', { names: 'system, url' });
  const [from, to] = reverse ? [given.text('targetsystem'), coding.system] : [coding.system, given.text('targetsystem')];
  const scopes = { source: given.text('source'), target: given.text('target') };
  const found = (await ground.definitions.mapsBetween(from, to)).filter((map) => (scopes.source === undefined || scopes.source === (map.sourceUri ?? map.sourceCanonical)) && (scopes.target === undefined || scopes.target === (map.targetUri ?? map.targetCanonical)));
  const implied = scopes.source === undefined && scopes.target === undefined ? await Promise.all(dictionaryMapsBetween(from, to).map(part)) : [];
  return [...found, ...implied.filter((map) => map !== undefined)];
}

async function matchesIn(ground: Ground, given: Arguments, map: ConceptMap, coding: Coding, reverse: boolean, depth = 0): Promise<Match[]> {
  const targetSystem = given.text('targetsystem');
  const source = map.url ?? (map.id === undefined ? undefined : `ConceptMap/${map.id}`);
  const matches: Match[] = [];
  for (const group of map.group ?? []) {
    const [from, to] = reverse ? [group.target, group.source] : [group.source, group.target];
    if (coding.system !== undefined && from !== undefined && from !== coding.system) continue;
    if (targetSystem !== undefined && to !== targetSystem) continue;
    if (reverse) {
      for (const element of group.element ?? []) {
        for (const target of element.target ?? []) {
          if (target.code === coding.code) matches.push({ equivalence: turned(target.equivalence), concept: codingIn(group.source, group.sourceVersion, element), product: [], source });
        }
      }
      continue;
    }
    const element = (group.element ?? []).find(({ code }) => code === coding.code);
    for (const target of element?.target ?? []) {
      if (dependsHold(given, target)) matches.push({ equivalence: target.equivalence ?? 'relatedto', concept: codingIn(group.target, group.targetVersion, target), product: target.product ?? [], source });
    }
    if (!element) matches.push(...(await unmapped(ground, given, group, coding, source, depth)));
  }
  return matches;
}

/** http://hl7.org/fhir/R4/conceptmap-definitions.html#ConceptMap.group.unmapped */
async function unmapped(ground: Ground, given: Arguments, { unmapped: rule, target }: ConceptMapGroup, coding: Coding, source: string | undefined, depth: number): Promise<Match[]> {
  switch (rule?.mode) {
    case 'provided':
      return [{ equivalence: 'equal', concept: { ...(target !== undefined && { system: target }), code: coding.code! }, product: [], source }];
    case 'fixed':
      return [{ equivalence: 'relatedto', concept: codingIn(target, undefined, rule), product: [], source }];
    case 'other-map': {
      const other = rule.url === undefined ? undefined : await ground.definitions.conceptMap(rule.url);
      if (!other) throw new Problem('terminology.unknown-map', { url: rule.url ?? '' });
      if (depth >= depthLimit) throw new Problem('terminology.too-deep', { url: rule.url!, limit: depthLimit });
      return matchesIn(ground, given, other, coding, false, depth + 1);
    }
    default:
      return [];
  }
}

/** What a translation depends on must have been told (`dependency`), or it does not hold. */
function dependsHold(given: Arguments, { dependsOn = [] }: ConceptMapGroupElementTarget): boolean {
  const told = given.composed('dependency');
  return dependsOn.every(({ property, system, value }) =>
    told.some((parts) => {
      const concept = parts.get('concept');
      const codings = concept?.valueCodeableConcept?.coding ?? (concept?.valueCoding ? [concept.valueCoding] : []);
      return parts.get('element')?.valueUri === property && (concept?.valueString === value || codings.some((one) => one.code === value && (system === undefined || one.system === system)));
    }),
  );
}

function codingIn(system: string | undefined, version: string | undefined, { code, display }: Pick<ConceptMapGroupElement, 'code' | 'display'>): Coding {
  return { ...(system !== undefined && { system }), ...(version !== undefined && { version }), ...(code !== undefined && { code }), ...(display !== undefined && { display }) };
}

/** An equivalence read the other way: what is wider there is narrower here. */
function turned(equivalence: ConceptMapGroupElementTarget['equivalence']): Match['equivalence'] {
  const other: Partial<Record<Match['equivalence'], Match['equivalence']>> = { wider: 'narrower', narrower: 'wider', subsumes: 'specializes', specializes: 'subsumes' };
  return equivalence === undefined ? 'relatedto' : (other[equivalence] ?? equivalence);
}

function distinct(matches: readonly Match[]): Match[] {
  const known = new Set<string>();
  return matches.filter(({ concept, equivalence, source }) => {
    const key = [concept.system, concept.code, equivalence, source].join('\u0000');
    return !known.has(key) && known.add(key);
  });
}

function answer(ground: Ground, codings: readonly Coding[], matches: readonly Match[]): Parameters {
  const result = matches.some(({ equivalence }) => !none.has(equivalence));
  const code = codings.map((coding) => [coding.system, coding.code].filter((one) => one !== undefined).join('|')).join(', ');
  return parameters([
    { name: 'result', valueBoolean: result },
    result ? undefined : { name: 'message', valueString: message(ground, 'terminology.no-translation', { code }) },
    ...matches.map(({ equivalence, concept, product, source }): ParametersParameter => ({
      name: 'match',
      part: [
        { name: 'equivalence', valueCode: equivalence },
        ...(concept.code === undefined ? [] : [{ name: 'concept', valueCoding: concept }]),
        ...product.map(({ property, system, value, display }): ParametersParameter => ({
          name: 'product',
          part: [{ name: 'element', valueUri: property }, { name: 'concept', valueCoding: codingIn(system, undefined, { code: value, ...(display !== undefined && { display }) }) }],
        })),
        ...(source === undefined ? [] : [{ name: 'source', valueUri: source }]),
      ],
    })),
  ]);
}
