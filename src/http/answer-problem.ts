import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../kernel/log.ts';
import { issueText, Problem, problemText, statusOf, type Language } from '../kernel/problem.ts';
import { refusalOf } from '../rest/index.ts';
import '../store/problems.ts';
import './problems.ts';

/** A refusal as RFC 9457 problem JSON; `detail` is the sentence in the user's language. */
export function problemBody(problem: Problem, language: Language): Record<string, unknown> {
  const status = statusOf(problem);
  return {
    type: `urn:karta:problem:${problem.code}`,
    title: problem.code,
    status,
    code: problem.code,
    detail: problemText(problem.code, problem.details, language),
    details: problem.details,
    issues: problem.issues.map((issue) => ({ ...issue, diagnostics: issueText(issue, language), ru: undefined })),
  };
}

export function answerProblem(reply: FastifyReply, problem: Problem, language: Language): FastifyReply {
  const status = statusOf(problem);
  const { headers, body } = refusalFor(reply.request, problem, language);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 429 && typeof problem.details.seconds === 'number') reply.header('retry-after', problem.details.seconds);
  return reply.code(status).headers(headers).send(body);
}

/** Whoever asks below the FHIR base is refused in FHIR's words, whatever refused him (http://hl7.org/fhir/R4/http.html#Status-Codes); others by problem JSON. */
export function refusalFor(request: FastifyRequest, problem: Problem, language: Language): { headers: Record<string, string>; body: string } {
  if (/^\/fhir\/R4(?:[/?]|$)/.test(request.url)) return refusalOf(problem, request);
  return { headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' }, body: JSON.stringify(problemBody(problem, language)) };
}

/** Any thrown thing as a refusal: Fastify's own named in our words, everything unknown recorded and answered without inner details. */
export function problemOf(error: unknown, request: FastifyRequest, log: Log): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new Problem('http.too-large', { limit: Math.round((request.routeOptions.bodyLimit ?? 1_048_576) / 1_048_576) });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Problem('http.media-type');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new Problem('http.bad-json');
  }
  if (error instanceof SyntaxError && statusCode === 400) return new Problem('http.bad-json');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new Problem('http.bad-request');
  recordFault(error, request, log);
  return new Problem('http.fault', { request: request.id });
}

/** A message may quote what was typed (JSON.parse does), so only where it happened is recorded. */
function recordFault(error: unknown, request: FastifyRequest, log: Log): void {
  const { name, code, stack, cause } = error as { name?: string; code?: string; stack?: string; cause?: { code?: string } };
  const at = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)).slice(0, 12).map((line) => line.trim());
  log.error({ request: request.id, route: `${request.method} ${request.routeOptions.url ?? 'unknown'}`, name, code, cause: cause?.code, at }, 'a request failed by a fault of ours');
}
