import type { Point } from './sparkline.tsx';

/** One line of a trend. */
export interface Series {
  key: string;
  /** «Верхнее», «Нижнее»; one series needs no name. */
  name: string;
  points: readonly Point[];
  /** The normal band. */
  low?: number | undefined;
  high?: number | undefined;
}
