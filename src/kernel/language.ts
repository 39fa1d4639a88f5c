import type { Language } from './problem.ts';

const ours: readonly Language[] = ['ru', 'en'];

/**
 * The language that Accept-Language prefers among Karta's (RFC 9110 §12.5.4): by weight, then by order; `*` stands for those that are not named, weight 0
 * for those that are not wanted. Undefined where the caller leaves the choice to us, or wants neither.
 */
export function preferredLanguage(header: string | undefined): Language | undefined {
  if (!header) return undefined;
  const ranges = header.slice(0, 1000).split(',').map(readRange);
  const any = ranges.find((range) => range?.language === '*')?.weight;
  const candidates = ours.map((language) => {
    const named = ranges.flatMap((range, place) => (range?.language === language ? [{ language, place, weight: range.weight }] : []));
    const best = named.toSorted((a, b) => b.weight - a.weight || a.place - b.place)[0];
    return best ?? { language, place: Infinity, weight: any };
  });
  const wanted = candidates.filter(({ weight }) => weight !== undefined && weight > 0).toSorted((a, b) => b.weight! - a.weight! || a.place - b.place);
  if (wanted.length > 0) return wanted.every(({ place }) => place === Infinity) && wanted.length === ours.length ? undefined : wanted[0]!.language;
  // Who says only what he does not want gets the other one.
  const left = candidates.filter(({ weight }) => weight === undefined);
  return left.length === 1 ? left[0]!.language : undefined;
}

/** A language range with its weight; its country does not matter here. Undefined where it is none. */
function readRange(part: string): { language: string; weight: number } | undefined {
  const range = /^\s*([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/i.exec(part);
  return range ? { language: range[1]!.toLowerCase(), weight: Number(range[2] ?? 1) } : undefined;
}
