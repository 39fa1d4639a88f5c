import type { MedicationRequest } from '@medplum/fhirtypes';
import { addDays, dayOf, lastDayOf } from './calendar.ts';
import type { Medicine } from './contract.ts';

type Recorded = MedicationRequest & { id: string };
/** So many days before its end a prescription asks for attention. */
const endingDays = 14;
const nbsp = '\u00a0';

/** Active prescriptions as the person takes them: one line for each МНН, the latest prescription speaks, «since» is the first one's. */
export function groupMedicines(requests: readonly Recorded[], today: string, zone: string): Medicine[] {
  const groups = new Map<string, Recorded[]>();
  for (const request of requests) {
    if (request.status !== 'active') continue;
    const key = codeOf(request) ?? nameOf(request).toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), request]);
  }
  return [...groups.values()]
    .map((group) => asMedicine(group.sort((a, b) => (b.authoredOn ?? '').localeCompare(a.authoredOn ?? '')), today, zone))
    .sort((a, b) => Number(a.state === 'over') - Number(b.state === 'over') || (a.since ?? '').localeCompare(b.since ?? '') || a.name.localeCompare(b.name, 'ru'));
}

function asMedicine(group: readonly Recorded[], today: string, zone: string): Medicine {
  const latest = group[0]!;
  const since = group.map((each) => each.authoredOn).filter((each) => each !== undefined).sort()[0];
  const until = endOf(latest, zone);
  const dosage = latest.dosageInstruction?.[0];
  const quantity = dosage?.doseAndRate?.[0]?.doseQuantity;
  const dose = quantity?.value === undefined ? undefined : `${String(quantity.value).replace('.', ',')}${nbsp}${quantity.unit ?? ''}`.trim();
  const text = dosage?.text ?? dosage?.patientInstruction ?? '';
  const code = codeOf(latest);
  const form = dosage?.additionalInstruction?.[0]?.text;
  const by = latest.requester?.display;
  return {
    id: latest.id, name: nameOf(latest), timing: withoutDose(text, dose), state: stateOf(until, today), doubles: group.length - 1,
    ...(code ? { code } : {}), ...(dose ? { dose } : {}), ...(form ? { form } : {}), ...(since ? { since } : {}), ...(until ? { until } : {}), ...(by ? { by } : {}),
  };
}

function stateOf(until: string | undefined, today: string): Medicine['state'] {
  if (until === undefined) return 'taken';
  if (until < today) return 'over';
  return until <= addDays(today, endingDays) ? 'ending' : 'taken';
}

/** The last day of the prescription: its term, or the end of the intake. */
function endOf(request: MedicationRequest, zone: string): string | undefined {
  const end = request.dispenseRequest?.validityPeriod?.end ?? request.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod?.end;
  if (end) return lastDayOf(end, zone);
  const bounds = request.dosageInstruction?.[0]?.timing?.repeat?.boundsDuration;
  if (bounds?.value === undefined || !request.authoredOn || (bounds.code ?? 'd') !== 'd') return undefined;
  return addDays(dayOf(request.authoredOn, zone), Math.ceil(bounds.value) - 1);
}

/** «5 мг 1 раз в день утром» beside the dose «5 мг» is «1 раз в день утром». */
function withoutDose(text: string, dose: string | undefined): string {
  const plain = (part: string) => part.replaceAll(nbsp, ' ').toLowerCase();
  if (!dose || !plain(text).startsWith(`${plain(dose)} `)) return text;
  return text.slice(dose.length).trim();
}

function codeOf(request: MedicationRequest): string | undefined {
  return request.medicationCodeableConcept?.coding?.find(({ system }) => system === 'urn:karta:mnn')?.code;
}

function nameOf(request: MedicationRequest): string {
  const concept = request.medicationCodeableConcept;
  return concept?.text ?? concept?.coding?.[0]?.display ?? request.medicationReference?.display ?? '—';
}
