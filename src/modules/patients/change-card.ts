import type { Coverage, RelatedPerson } from '@medplum/fhirtypes';
import type { Ctx } from '../../access/context.ts';
import { newId, shardOf } from '../../kernel/id.ts';
import { Problem } from '../../kernel/problem.ts';
import type { WriteOperation } from '../../store/types.ts';
import { numberKeys, releaseStale } from './claim-keys.ts';
import type { CardAnswer, ChangeInput } from './contract.ts';
import { searchDoubles } from './find-doubles.ts';
import { attachment, demandCorrect } from './open-card.ts';
import { personGroup } from './person-group.ts';
import { asPatient, nameOf, officialName } from './person.ts';
import { readCard, readPageParts } from './read-card.ts';
import { normalPage } from './rules.ts';
import { claimKeys } from './tables.ts';
import { coverageOf, patientOf, readRepresentative, relatedPersonOf } from './title-page.ts';

/** Writes the title page over `version`; a stale one refuses `patients.changed-meanwhile`, and the screen lays both side by side. */
export async function changeCard(ctx: Ctx, id: string, { page: typed, version }: ChangeInput, idempotencyKey: string | undefined): Promise<CardAnswer> {
  const page = normalPage(typed);
  demandCorrect(ctx, page);
  const stored = await ctx.store.read('Patient', id);
  const group = await personGroup(ctx, id);
  const same = (await searchDoubles(ctx, page, group)).filter(({ likeness }) => likeness.same);
  if (same.length > 0) throw new Problem('patients.number-taken', { what: same[0]!.likeness.reasons.includes('snils') ? 'СНИЛС' : 'полис', names: same.map(({ patient }) => nameOf(officialName(patient))).join(', '), patients: same.map(({ patient }) => patient.id).join(',') });
  const { coverages, relatives } = await readPageParts(ctx, id);
  const keys = numberKeys(page);
  await releaseStale(ctx, keys);
  const shard = shardOf(id);
  const operations: WriteOperation[] = [
    { method: 'update', resource: { ...patientOf(page, asPatient(stored), page.attachment ? await attachmentOf(ctx, asPatient(stored).managingOrganization) : undefined), id }, ifMatch: version },
    ...coverageChanges(page, id, coverages, shard),
    ...relativeChanges(page.representatives, id, relatives, shard),
  ];
  try {
    await ctx.store.write(operations, {
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      alongside: async (sql) => {
        const others = (await claimKeys(sql, keys, shard, id)).filter((other) => !group.includes(other));
        if (others.length > 0) throw new Problem('patients.opened-meanwhile', { patients: others.join(',') });
      },
    });
  } catch (error) {
    if (error instanceof Problem && error.code === 'store.stale') throw new Problem('patients.changed-meanwhile', { current: stored.version });
    throw error;
  }
  return readCard(ctx, id);
}

/** Editing a page never moves a person from one clinic to another: an attachment that stands stays. */
async function attachmentOf(ctx: Ctx, standing: { reference?: string; display?: string } | undefined): Promise<{ organization: string; display?: string | undefined } | undefined> {
  return standing?.reference ? { organization: standing.reference, display: standing.display } : attachment(ctx);
}

function coverageChanges(page: ChangeInput['page'], id: string, coverages: readonly (Coverage & { id: string })[], shard: number): WriteOperation[] {
  const standing = coverages.filter(({ status }) => status === 'active');
  const last = standing.find(({ subscriberId }) => subscriberId === page.policy?.number);
  // Another number is another policy: the former one ends and stays readable.
  const ended = standing.filter((coverage) => coverage !== last).map((coverage): WriteOperation => ({ method: 'update', resource: { ...coverage, status: 'cancelled' } }));
  const wanted = coverageOf(page, id, last ?? ({ id: newId(shard) }), undefined);
  if (!wanted) return ended;
  if (!last) return [...ended, { method: 'create', resource: wanted, keepId: true }];
  return JSON.stringify(wanted) === JSON.stringify(last) ? ended : [...ended, { method: 'update', resource: wanted }];
}

function relativeChanges(wanted: ChangeInput['page']['representatives'], id: string, relatives: readonly (RelatedPerson & { id: string })[], shard: number): WriteOperation[] {
  const gone = relatives.filter((one) => one.active !== false && !wanted.some((other) => other.id === one.id));
  return [
    ...gone.map((one): WriteOperation => ({ method: 'update', resource: { ...one, active: false } })),
    ...wanted.flatMap((one): WriteOperation[] => {
      const last = relatives.find((other) => other.id === one.id);
      if (!last) return [{ method: 'create', resource: relatedPersonOf(one, id, { id: newId(shard) }), keepId: true }];
      return JSON.stringify(readRepresentative(last)) === JSON.stringify(one) ? [] : [{ method: 'update', resource: relatedPersonOf(one, id, last) }];
    }),
  ];
}
