import { typeNumber } from '../type-number.ts';
import type { Clause } from './clause.ts';
import { allOf, anyOf, nothing, rowsOf, type Condition, type Frame } from './condition.ts';
import { parseClause } from './parse-clause.ts';

type ParamClause = Extract<Clause, { kind: 'param' }>;
type Criteria = readonly (readonly [name: string, value: string])[];

/** What nobody has said to be over, doubted away or written by mistake: a status that is missing hides no danger. */
const lasting: Criteria = [['clinical-status:not', 'inactive,remission,resolved'], ['verification-status:not', 'entered-in-error,refuted']];

/**
 * The functional lists of the standard (http://hl7.org/fhir/R4/lifecycle.html#current), each made of what is current at the moment of asking, by type. The same rules as
 * of the patient's summary (`$summary`).
 */
const lists: Readonly<Record<string, Readonly<Record<string, Criteria>>>> = {
  '$current-problems': { Condition: lasting },
  '$current-allergies': { AllergyIntolerance: lasting },
  '$current-drug-allergies': { AllergyIntolerance: [...lasting, ['category', 'medication']] },
  '$current-medications': { MedicationStatement: [['status', 'active,intended,on-hold']], MedicationRequest: [['status', 'active,on-hold']] },
};

export const currentListNames = Object.keys(lists);

/** Members of a functional list among the searched types; undefined where there is no such list. Whose list it is another criterion tells (`patient=`). */
export async function currentList(frame: Frame, name: string, make: (frame: Frame, clause: ParamClause) => Promise<Condition>): Promise<Condition | undefined> {
  const list = lists[name];
  if (!list) return undefined;
  const members: Condition[] = [];
  for (const type of frame.types) {
    const criteria = list[type];
    if (!criteria) continue;
    const own: Frame = { ...frame, types: [type] };
    const conditions: Condition[] = [{ test: () => `r.type = ${typeNumber(type)}`, rows: rowsOf(own) }];
    for (const [parameter, value] of criteria) conditions.push(await make(own, parseClause([type], parameter, value) as ParamClause));
    members.push(allOf(conditions));
  }
  return members.length === 0 ? nothing() : anyOf(members);
}
