import type { Ctx } from '../../access/context.ts';
import { Problem } from '../../kernel/problem.ts';
import { dateIn, obstaclesOf, rowsOf, totalsOf } from './bill-services.ts';
import type { NotBilled, ServiceRow, ServicesAnswer, ServicesQuery } from './contract.ts';
import { lists } from './lists.ts';
import { loadCases, type LoadedCase } from './load-cases.ts';
import type { CaseParts } from './parts.ts';
import { findAll, personOf } from './stored.ts';
import { billsOf, listBatches } from './tables.ts';

/** The clinic's own cases closed in a month, sorted by what can be billed. */
export interface Gathered {
  billable: readonly { loaded: LoadedCase; rows: readonly ServiceRow[] }[];
  notBilled: readonly NotBilled[];
  exported: number;
}

const batchSize = 100;

/** The clinic of the one who asks: an account is one clinic's. */
export function clinicOf(ctx: Ctx): string {
  const { organization } = ctx.actor;
  if (!organization) throw new Problem('cases.no-clinic');
  return organization;
}

/**
 * Reads the closed cases of a month on behalf of Karta: an account must be whole, also where a single diagnosis is closed to the chief doctor
 * himself (README, “Who reads diagnoses”). The patients are then read as the caller, so that the journal names each of them.
 */
export async function gatherServices(ctx: Ctx, { zone }: CaseParts, { month, payer }: ServicesQuery, told: (done: number, total: number) => Promise<void> = async () => undefined): Promise<Gathered> {
  const organization = clinicOf(ctx);
  const system = ctx.asSystem();
  const [year, number] = month.split('-').map(Number) as [number, number];
  // a day more on both sides, since the month is the zone's and not UTC's
  const from = new Date(Date.UTC(year, number - 1, 0)).toISOString();
  const until = new Date(Date.UTC(year, number, 2)).toISOString();
  const found = await findAll(system, 'EpisodeOfCare', `organization=${organization}&status=finished&date=ge${from}&date=lt${until}`);
  const closed = found.filter((episode) => episode.period?.end && dateIn(zone, episode.period.end).startsWith(month));
  const bills = await billsOf(ctx.sql, closed.map((episode) => episode.id));
  const open = closed.filter((episode) => !bills.has(episode.id));
  const billable: { loaded: LoadedCase; rows: readonly ServiceRow[] }[] = [];
  const notBilled: NotBilled[] = [];
  await told(0, open.length);
  for (let at = 0; at < open.length; at += batchSize) {
    for (const loaded of await loadCases(system, open.slice(at, at + batchSize))) {
      const obstacles = obstaclesOf(loaded);
      if (payer !== undefined && loaded.facts.stated.payer !== payer && !obstacles.includes('payer')) continue;
      if (obstacles.length > 0) notBilled.push({ case: loaded.episode.id, patient: personOf(loaded.patient, loaded.person), end: loaded.episode.period!.end!, obstacles });
      else billable.push({ loaded, rows: rowsOf(loaded, zone) });
    }
    await told(Math.min(at + batchSize, open.length), open.length);
  }
  const people = [...new Set([...billable.map(({ loaded }) => loaded.patient), ...notBilled.map((one) => one.patient.id)])];
  for (let at = 0; at < people.length; at += 500) await ctx.store.readMany(people.slice(at, at + 500).map((id) => `Patient/${id}`));
  return { billable: billable.toSorted((a, b) => (a.rows[0]!.date < b.rows[0]!.date ? -1 : 1)), notBilled, exported: bills.size };
}

/** The account of a month before it is exported: rows, totals, what cannot be billed and why. The desk sees it without diagnoses. */
export async function previewServices(ctx: Ctx, parts: CaseParts, query: ServicesQuery): Promise<ServicesAnswer> {
  const { billable, notBilled, exported } = await gatherServices(ctx, parts, query);
  const all = billable.flatMap((one) => one.rows);
  const desk = ctx.actor.role === 'registrar';
  return {
    month: query.month, totals: totalsOf(all), notBilled, exported, payers: lists.payer, batches: await listBatches(ctx.sql, clinicOf(ctx)), mayExport: !desk,
    rows: desk ? all.map(withoutDiagnosis) : all,
  };
}

function withoutDiagnosis(row: ServiceRow): ServiceRow {
  const { icd: _, ...rest } = row;
  return { ...rest, course: '', outcome: '', result: '' };
}
