import type { CodeSystem, CodeableConcept, Coding, Parameters, ValueSet } from '@medplum/fhirtypes';
import { Problem } from '../../kernel/problem.ts';
import { conceptOf, type CodeSystemSource, type ConceptEntry } from '../code-system.ts';
import { entriesOf, ListedCodeSystem } from '../listed-code-system.ts';
import { nameOf, ValueSets } from '../value-set.ts';
import { bad, type Arguments } from './arguments.ts';
import { displayIn, isDisplayOf, message, parameters, titled, valueSetOf, type Ground, type TerminologyOperation } from './ground.ts';

/** What became of one coding. */
interface Verdict {
  result: boolean;
  message?: string | undefined;
  display?: string | undefined;
}

/** http://hl7.org/fhir/R4/valueset-operation-validate-code.html */
export const validateInValueSet: TerminologyOperation = {
  name: 'validate-code',
  type: 'ValueSet',
  levels: ['type', 'instance'],
  definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code',
  async run(ground, given, id) {
    const valueSet = await valueSetOf(ground, given, id);
    const version = given.text('systemVersion');
    const system = given.text('system');
    const codings = codingsOf(given, system);
    const sets = new ValueSets(ground.definitions, { preferred: version !== undefined && system !== undefined ? new Map([[system, version]]) : new Map() });
    return answer(await firstGood(codings, (coding) => inValueSet(ground, given, sets, valueSet, coding)));
  },
};

/** http://hl7.org/fhir/R4/codesystem-operation-validate-code.html */
export const validateInCodeSystem: TerminologyOperation = {
  name: 'validate-code',
  type: 'CodeSystem',
  levels: ['type', 'instance'],
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code',
  async run(ground, given, id) {
    const fixed = await fixedSystem(ground, given, id);
    const url = fixed?.url ?? given.text('url');
    const codings = codingsOf(given, url);
    return answer(await firstGood(codings, async (coding) => {
      const system = coding.system ?? url;
      if (system === undefined) throw new Problem('terminology.parameter-missing', { names: 'url' });
      if (url !== undefined && system !== url) return { result: false, message: message(ground, 'terminology.unknown-code', { code: coding.code!, system: url, version: '' }) };
      const wanted = coding.version ?? given.text('version');
      const source = fixed ?? (await ground.definitions.codeSystem(system, wanted));
      if (!source) return { result: false, message: message(ground, 'terminology.unknown-system', { system: wanted === undefined ? system : `${system}|${wanted}` }) };
      const concept = await conceptOf(source, coding.code!);
      return concept ? judge(ground, given, concept, source.language, coding) : { result: false, message: unknownCode(ground, source, coding.code!) };
    }));
  },
};

/** The code system of an instance, or of the body; undefined where it is named by its canonical. */
export async function fixedSystem(ground: Ground, given: Arguments, id: string | undefined): Promise<CodeSystemSource | undefined> {
  const resource = id === undefined ? given.resource<CodeSystem>('codeSystem', 'CodeSystem') : ((await ground.read('CodeSystem', id)) as CodeSystem);
  if (!resource) return undefined;
  if (id !== undefined && resource.url !== undefined && !resource.concept) {
    const source = await ground.definitions.codeSystem(resource.url, resource.version);
    if (!source) throw new Problem('terminology.unknown-system', { system: titled({ url: resource.url, version: resource.version }) });
    return source;
  }
  return new ListedCodeSystem(ground.definitions.sql, resource, entriesOf(resource));
}

function codingsOf(given: Arguments, system: string | undefined): Coding[] {
  const coding = given.coding('coding');
  const concept: CodeableConcept | undefined = given.codeableConcept('codeableConcept');
  const code = given.text('code');
  const count = [coding, concept, code].filter((one) => one !== undefined).length;
  if (count === 0) throw new Problem('terminology.parameter-missing', { names: 'code, coding, codeableConcept' });
  if (count > 1) throw bad('code, coding, codeableConcept', String(count), '1');
  if (coding) return [coding];
  if (concept) {
    const codings = (concept.coding ?? []).filter((one) => typeof one.code === 'string');
    if (codings.length === 0) throw bad('codeableConcept', '', 'CodeableConcept.coding');
    return codings;
  }
  const display = given.text('display');
  return [{ code: code!, ...(system !== undefined && { system }), ...(display !== undefined && { display }) }];
}

/** A CodeableConcept is good where one of its codings is. */
async function firstGood(codings: readonly Coding[], check: (coding: Coding) => Promise<Verdict>): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  for (const coding of codings) {
    const verdict = await check(coding);
    if (verdict.result) return verdict;
    verdicts.push(verdict);
  }
  return { ...verdicts[0]!, message: [...new Set(verdicts.map((verdict) => verdict.message))].filter((text) => text !== undefined).join(' ') };
}

async function inValueSet(ground: Ground, given: Arguments, sets: ValueSets, valueSet: ValueSet, coding: Coding): Promise<Verdict> {
  const code = coding.code!;
  const systems = coding.system === undefined ? await sets.systems(valueSet) : new Set([coding.system]);
  for (const system of systems) {
    const member = await sets.find(valueSet, system, code);
    if (!member) continue;
    if (coding.version !== undefined && member.version !== undefined && coding.version !== member.version && !(await ground.definitions.codeSystem(system, coding.version))) {
      return { result: false, message: message(ground, 'terminology.unknown-system', { system: `${system}|${coding.version}` }) };
    }
    return judge(ground, given, member.concept, member.language, coding);
  }
  const [only] = systems.size === 1 ? systems : [];
  const source = only === undefined ? undefined : await sets.source({ system: only });
  if (source && source.content === 'complete' && !(await conceptOf(source, code))) return { result: false, message: unknownCode(ground, source, code) };
  return { result: false, message: message(ground, 'terminology.not-a-member', { code: coding.system === undefined ? code : `${coding.system}|${code}`, url: nameOf(valueSet) }) };
}

function judge(ground: Ground, given: Arguments, concept: ConceptEntry, language: string | undefined, coding: Coding): Verdict {
  const display = displayIn(concept, language, given.text('displayLanguage'));
  if (concept.abstract && given.flag('abstract') !== true) return { result: false, display, message: message(ground, 'terminology.abstract-code', { code: concept.code }) };
  if (coding.display !== undefined && display !== undefined && !isDisplayOf(concept, coding.display)) return { result: false, display, message: message(ground, 'terminology.wrong-display', { given: coding.display, display }) };
  return { result: true, display, ...(concept.active ? {} : { message: message(ground, 'terminology.inactive-code', { code: concept.code }) }) };
}

const unknownCode = (ground: Ground, source: CodeSystemSource, code: string): string => message(ground, 'terminology.unknown-code', { code, system: source.url, version: source.version ?? '—' });

function answer({ result, message: text, display }: Verdict): Parameters {
  return parameters([{ name: 'result', valueBoolean: result }, text === undefined || text === '' ? undefined : { name: 'message', valueString: text }, display === undefined ? undefined : { name: 'display', valueString: display }]);
}
