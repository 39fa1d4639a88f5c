import type { Ctx } from '../../access/context.ts';
import { allergyFacts } from './allergy-facts.ts';
import { buildMeasures } from './build-measures.ts';
import { addDays, dayIn } from './calendar.ts';
import type { Measure, OwnCard } from './contract.ts';
import { dueItems } from './due-items.ts';
import { groupMedicines } from './group-medicines.ts';
import { plainName } from './measure-names.ts';
import { openPerson } from './open-person.ts';
import type { ChartParts } from './parts.ts';
import { personOf } from './person.ts';
import { plainDiagnosis } from './plain-words.ts';
import { problemsOf } from './read-card.ts';
import { readCurrent } from './read-current.ts';

/** Follow-up that lies further ahead is not yet the patient's worry. */
const aheadDays = 120;

/** The patient's own card in plain words. What a doctor has delayed until a talk is absent, by access. */
export async function readOwnCard(ctx: Ctx, { zone }: ChartParts, id: string): Promise<OwnCard> {
  const { patient, of } = await openPerson(ctx, id);
  const today = dayIn(ctx.now, zone);
  const { allergies, conditions, requests, vitals, laboratory, plans, referrals, bookings } = await readCurrent(ctx, of, today);
  return {
    person: personOf(patient),
    allergies: allergyFacts(allergies),
    problems: problemsOf(conditions).map(({ id: key, code, text, name, since, by }) => ({ id: key, plain: plainDiagnosis(code, name, ctx.language), text, ...(since ? { since } : {}), ...(by ? { by } : {}) })),
    medicines: groupMedicines(requests, today, zone),
    measures: buildMeasures([...vitals, ...laboratory], ctx.language).map((measure) => ({ ...measure, plain: plainName(measure.code, measure.name, ctx.language), ...previousOf(measure) })),
    due: dueItems({ plans, referrals, bookings }, today, zone).filter(({ from }) => !from || from.slice(0, 10) <= addDays(today, aheadDays)),
  };
}

/** The value before the last one, in the same words. */
function previousOf({ series }: Measure): { previous?: { value: string; at: string } } {
  const before = series.map(({ points }) => points.at(-2));
  if (before.some((point) => point === undefined)) return {};
  return { previous: { value: before.map((point) => String(point!.value)).join('/'), at: before[0]!.at } };
}
