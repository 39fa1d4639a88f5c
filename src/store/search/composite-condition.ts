import { searchParams } from '../../fhir/index.ts';
import { Problem } from '../../kernel/problem.ts';
import type { Clause } from './clause.ts';
import { allOf, anyOf, rowsOf, type Condition, type Frame } from './condition.ts';
import { entryMatches } from './entry-matches.ts';
import { splitValues } from './parse-clause.ts';

type ParamClause = Extract<Clause, { kind: 'param' }>;

/**
 * A composite, `a$b` (http://hl7.org/fhir/R4/search.html#combining): each part by the parameter that it is made of, which narrows; whether the parts stand in
 * the same element is decided on the resource itself.
 */
export async function compositeCondition(frame: Frame, clause: ParamClause, part: (frame: Frame, clause: ParamClause) => Promise<Condition>): Promise<Condition> {
  const asked = clause.values.map((value) => partsOf(clause, value));
  const values: Condition[] = [];
  for (const texts of asked) {
    const parts: Condition[] = [];
    for (const [at, text] of texts.entries()) {
      const param = searchParams(frame.types[0]!).get(clause.param.components[at]!.param);
      if (param && param.type === clause.param.components[at]!.type) parts.push(await part(frame, { kind: 'param', param, modifier: undefined, values: [text], name: clause.name }));
    }
    values.push(parts.length > 0 ? allOf(parts) : { test: () => 'true', rows: rowsOf(frame) });
  }
  const { zone } = frame.parts;
  return {
    ...anyOf(values),
    recheck: ({ entries }) =>
      entries().some(
        (entry) =>
          entry.kind === 'composite' &&
          entry.param === clause.param.name &&
          asked.some((texts) => texts.every((text, at) => (entry.parts[at] ?? []).some((one) => entryMatches(one, text, clause.name, zone, frame.scope.now)))),
      ),
  };
}

function partsOf(clause: ParamClause, value: string): string[] {
  const parts = splitValues(value, '$');
  if (parts.length !== clause.param.components.length) throw new Problem('store.bad-value', { parameter: clause.name, value, expected: clause.param.components.map(({ type }) => type).join('$') });
  return parts;
}
