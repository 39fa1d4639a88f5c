/** The clock is an argument, so that tests can jump it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
