import type { DocumentReference } from '@medplum/fhirtypes';
import { paperCopy } from '../../access/index.ts';
import type { Ctx } from '../../access/context.ts';
import type { WithId } from './content.ts';
import type { DocumentLine } from './contract.ts';
import { delayOf } from './document-reference.ts';
import { plainKind } from './kind-words.ts';
import type { Names } from './people.ts';
import type { DocumentFacts } from './rules.ts';

/** What is new to a patient stays marked so long, or until it is opened. */
const freshMilliseconds = 30 * 86_400_000;

export function isPaper(face: DocumentReference): boolean {
  return face.category?.some((each) => each.coding?.some((coding) => coding.system === paperCopy.system && coding.code === paperCopy.code)) ?? false;
}

export function factsOf(face: DocumentReference): DocumentFacts {
  return {
    status: face.status === 'superseded' ? 'superseded' : 'current',
    paper: isPaper(face),
    delayed: delayOf(face) !== undefined,
    author: face.authenticator?.reference ?? face.author?.find((each) => each.reference?.startsWith('Practitioner/'))?.reference,
    custodian: face.custodian?.reference,
  };
}

/** A document as a line of a list. `opened`: what the caller has opened already. */
export function lineOf(face: WithId<DocumentReference>, names: Names, ctx: Ctx, opened: ReadonlySet<string>): DocumentLine {
  const delay = delayOf(face);
  const kind = face.type?.text ?? face.type?.coding?.[0]?.display ?? '';
  const encounter = face.context?.encounter?.[0]?.reference?.replace('Encounter/', '');
  const placed = face.date ?? face.content[0]?.attachment?.creation ?? face.meta?.lastUpdated ?? '';
  return {
    id: face.id,
    title: face.description ?? kind,
    kind,
    plainKind: plainKind(face.type?.coding?.[0]?.code, kind, isPaper(face), ctx.language),
    date: face.content[0]?.attachment?.creation ?? placed,
    author: names.author(face),
    clinic: names.clinic(face.custodian?.reference),
    status: face.status === 'superseded' ? 'superseded' : 'current',
    corrected: face.relatesTo?.some((each) => each.code === 'replaces') ?? false,
    fresh: ctx.actor.role === 'patient' && face.status === 'current' && !opened.has(face.id) && ctx.now.getTime() - Date.parse(placed) < freshMilliseconds,
    paper: isPaper(face),
    ...(encounter ? { encounter } : {}),
    ...(delay ? { delayed: delay.until ? { until: delay.until } : {} } : {}),
  };
}
