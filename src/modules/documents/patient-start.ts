import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import type { WithId } from './content.ts';
import type { StartView } from './contract.ts';
import { demandOwnCard, listDocuments, readPatient } from './list-documents.ts';
import { listJournal } from './patient-journal.ts';
import { nextVisit } from './patient-visits.ts';
import { readNames } from './people.ts';
import { sayResults } from './say-results.ts';

/** Results are news for so long. */
const newsMilliseconds = 30 * 86_400_000;

/** The first screen of the patient: what is next, what is new, who opened the card. */
export async function patientStart(ctx: Ctx, patient: string): Promise<StartView> {
  demandOwnCard(ctx, patient);
  const [card, next, { documents, waiting }, results, journal] = await Promise.all([readPatient(ctx, patient), nextVisit(ctx, patient), listDocuments(ctx, patient), newResults(ctx, patient), listJournal(ctx, patient)]);
  const clinicOf = card.managingOrganization?.reference;
  const names = await readNames(ctx, [clinicOf]);
  return { next, fresh: documents.filter((each) => each.fresh), results, waiting, clinic: names.clinic(clinicOf), lastOpened: journal.lines.find((line) => !line.own) };
}

async function newResults(ctx: Ctx, patient: string): Promise<StartView['results']> {
  const since = new Date(ctx.now.getTime() - newsMilliseconds).toISOString();
  const found = await ctx.store.search('DiagnosticReport', `patient=Patient/${patient}&date=ge${since}&status=final,amended,corrected&_sort=-date&_count=5`);
  const reports = found.matches.map((each) => JSON.parse(each.content) as WithId<DiagnosticReport>);
  const read = await ctx.store.readMany(reports.flatMap((each) => each.result?.flatMap((one) => one.reference ?? []) ?? []));
  const values = new Map(read.map((each) => [`Observation/${each.id}`, JSON.parse(each.content) as Observation]));
  return reports.map((report) => {
    const own = (report.result ?? []).flatMap((each) => values.get(each.reference ?? '') ?? []);
    return { id: report.id, title: report.code.text ?? report.code.coding?.[0]?.display ?? '', date: report.issued ?? report.effectiveDateTime ?? '', ...sayResults(own, ctx.language) };
  });
}
