import type { Ctx } from '../access/context.ts';
import type { CallerLimits } from '../kernel/config.ts';
import { Problem } from '../kernel/problem.ts';

export const usualLimits: CallerLimits = { perSecond: 50, burst: 400, together: 24, togetherOfClient: 512 };

interface Account {
  left: number;
  /** Epoch milliseconds of the last request. */
  at: number;
  underWay: number;
}

/** Above so many accounts those that wait for nothing are forgotten. */
const keptAccounts = 10_000;

/**
 * How much one caller may ask of the FHIR API: a bucket of requests for people, a number under way for everybody. Kept by each process for
 * itself.
 */
export class Allowance {
  readonly #limits: CallerLimits;
  readonly #accounts = new Map<string, Account>();

  constructor(limits: CallerLimits) {
    this.#limits = limits;
  }

  /** Counts a request; what it answers must be called when the request is over. Refuses `rest.throttled` and `rest.too-many-at-once`. */
  enter({ actor, now }: Pick<Ctx, 'actor' | 'now'>): () => void {
    const { perSecond, burst, together, togetherOfClient } = this.#limits;
    const account = this.#accountOf(actor.reference, now.getTime());
    const most = actor.role === 'system' ? togetherOfClient : together;
    if (account.underWay >= most) throw new Problem('rest.too-many-at-once', { limit: most, seconds: 1 });
    if (actor.role !== 'system') {
      account.left = Math.min(burst, account.left + (Math.max(0, now.getTime() - account.at) / 1000) * perSecond);
      account.at = now.getTime();
      if (account.left < 1) throw new Problem('rest.throttled', { limit: perSecond, seconds: Math.max(1, Math.ceil((1 - account.left) / perSecond)) });
      account.left--;
    }
    account.underWay++;
    return () => void account.underWay--;
  }

  #accountOf(key: string, at: number): Account {
    const known = this.#accounts.get(key);
    if (known) return known;
    if (this.#accounts.size >= keptAccounts) for (const [other, { underWay }] of this.#accounts) if (underWay === 0) this.#accounts.delete(other);
    const account: Account = { left: this.#limits.burst, at, underWay: 0 };
    this.#accounts.set(key, account);
    return account;
  }
}
