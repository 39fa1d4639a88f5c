import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

let css: string | undefined;

/**
 * Golos Text (SIL Open Font License) as `@font-face` rules with the font inside: a document that a patient keeps for years must not
 * depend on our server for its letters. Cyrillic and Latin, about 80 KB.
 */
export function documentFont(): string {
  const { resolve } = createRequire(import.meta.url);
  return (css ??= ([['cyrillic', 'U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116'], ['latin', 'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212']] as const)
    .map(([part, range]) => {
      const bytes = readFileSync(resolve(`@fontsource-variable/golos-text/files/golos-text-${part}-wght-normal.woff2`));
      return `@font-face{font-family:'Golos Text';font-weight:400 900;src:url(data:font/woff2;base64,${bytes.toString('base64')}) format('woff2');unicode-range:${range}}`;
    })
    .join(''));
}
