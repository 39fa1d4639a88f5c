import type { Ctx } from '../access/context.ts';
import { Problem, statusOf } from '../kernel/problem.ts';
import type { Answer, Base } from './call.ts';
import { etag } from './headers.ts';
import { outcomeOf } from './outcome.ts';
import { recordFault } from './record-fault.ts';
import { statusText } from './status-text.ts';

/** `Bundle.entry` of a response. The resource is the stored text, unparsed. */
export function responseEntryText(base: Base, answer: Answer, bodiless = false): string {
  const response = {
    status: statusText(answer.status),
    ...(answer.location === undefined ? {} : { location: answer.location.slice(base.url.length + 1) }),
    ...(answer.version === undefined ? {} : { etag: etag(answer.version) }),
    ...(answer.updated === undefined ? {} : { lastModified: answer.updated }),
  };
  const text = JSON.stringify(response);
  if (answer.body === undefined || bodiless) return `{"response":${text}}`;
  // An OperationOutcome belongs into response.outcome, any other resource beside it.
  if (answer.body.startsWith('{"resourceType":"OperationOutcome"')) return `{"response":${text.slice(0, -1)},"outcome":${answer.body}}}`;
  return `{"resource":${answer.body},"response":${text}}`;
}

/** The refusal of one entry; a bug in it is recorded and stays within it. */
export function refusedEntryText(ctx: Ctx, error: unknown): string {
  const problem = error instanceof Problem ? error : recordFault(ctx.log, error);
  return JSON.stringify({ response: { status: statusText(statusOf(problem)), outcome: outcomeOf(problem, ctx.language) } });
}
