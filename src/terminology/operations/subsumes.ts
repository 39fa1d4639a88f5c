import { Problem } from '../../kernel/problem.ts';
import { conceptOf } from '../code-system.ts';
import { bad, type Arguments } from './arguments.ts';
import { parameters, titled, type TerminologyOperation } from './ground.ts';
import { fixedSystem } from './validate-code.ts';

/** http://hl7.org/fhir/R4/codesystem-operation-subsumes.html: whether A stands above B, or below it. */
export const subsumes: TerminologyOperation = {
  name: 'subsumes',
  type: 'CodeSystem',
  levels: ['type', 'instance'],
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes',
  async run(ground, given, id) {
    const a = codeOf(given, 'A');
    const b = codeOf(given, 'B');
    const systems = new Set([given.text('system'), a.system, b.system].filter((system) => system !== undefined));
    if (systems.size > 1) throw bad('codingA, codingB', [...systems].join(', '), '1');
    const [system] = systems;
    if (id === undefined && system === undefined) throw new Problem('terminology.parameter-missing', { names: 'system' });
    const version = given.text('version') ?? a.version ?? b.version;
    const source = (await fixedSystem(ground, given, id)) ?? (await ground.definitions.codeSystem(system!, version));
    if (!source) throw new Problem('terminology.unknown-system', { system: titled({ url: system!, version }) });
    const [first, second] = [await conceptOf(source, a.code), await conceptOf(source, b.code)];
    for (const [concept, { code }] of [[first, a], [second, b]] as const) if (!concept) throw new Problem('terminology.unknown-code', { code, system: source.url, version: source.version ?? '—' });
    const outcome =
      first!.code === second!.code ? 'equivalent'
      : (await source.above(second!.code)).includes(first!.code) ? 'subsumes'
      : (await source.above(first!.code)).includes(second!.code) ? 'subsumed-by'
      : 'not-subsumed';
    return parameters([{ name: 'outcome', valueCode: outcome }]);
  },
};

function codeOf(given: Arguments, which: 'A' | 'B'): { code: string; system: string | undefined; version: string | undefined } {
  const coding = given.coding(`coding${which}`);
  const code = given.text(`code${which}`) ?? coding?.code;
  if (code === undefined) throw new Problem('terminology.parameter-missing', { names: `code${which}, coding${which}` });
  return { code, system: coding?.system, version: coding?.version };
}
