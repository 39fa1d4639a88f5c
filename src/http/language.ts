import type { FastifyRequest } from 'fastify';
import type { Language } from '../kernel/problem.ts';

/** The language that the caller prefers (RFC 9110 §12.5.4), undefined where he names neither of ours. */
export function preferredLanguage(header: string | undefined): Language | undefined {
  if (!header) return undefined;
  const wanted = header
    .slice(0, 200)
    .split(',')
    .map((part, index) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const weight = Number(parameters.find((one) => one.trim().startsWith('q='))?.trim().slice(2) ?? 1);
      return { language: tag.split('-')[0], weight: Number.isFinite(weight) ? weight : 0, index };
    })
    .filter((one) => one.weight > 0 && (one.language === 'ru' || one.language === 'en'))
    .toSorted((a, b) => b.weight - a.weight || a.index - b.index);
  return wanted[0]?.language as Language | undefined;
}

export function languageOf(request: FastifyRequest): Language {
  return preferredLanguage(request.headers['accept-language']) ?? request.caller?.language ?? 'ru';
}
