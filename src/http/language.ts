import type { FastifyRequest } from 'fastify';
import { preferredLanguage } from '../kernel/language.ts';
import type { Language } from '../kernel/problem.ts';

/** What the request says, else what its caller has chosen for himself. */
export function languageOf(request: FastifyRequest): Language {
  return preferredLanguage(request.headers['accept-language']) ?? request.caller?.language ?? 'ru';
}
