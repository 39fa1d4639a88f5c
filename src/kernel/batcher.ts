interface Waiting<Item, Result> {
  item: Item;
  done: (result: Result) => void;
  failed: (error: unknown) => void;
}

/**
 * Work that comes one by one and is cheaper done many at a time. What comes while nothing is under way is begun at the end of this turn
 * of the event loop; what comes while `flights` batches are under way waits for one of them and goes with all that came meanwhile, so
 * that nobody ever waits for a clock.
 */
export class Batcher<Item, Result> {
  readonly #work: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly #flights: number;
  readonly #largest: number;
  #queue: Waiting<Item, Result>[] = [];
  #underWay = 0;
  #planned = false;
  #idle: (() => void)[] = [];

  /** `work` answers in the order of its items; what it throws is thrown to each of them. */
  constructor(work: (items: readonly Item[]) => Promise<readonly Result[]>, options: { flights: number; largest: number }) {
    this.#work = work;
    this.#flights = options.flights;
    this.#largest = options.largest;
  }

  do(item: Item): Promise<Result> {
    return new Promise((done, failed) => {
      this.#queue.push({ item, done, failed });
      this.#plan();
    });
  }

  /** Resolves when nothing is waiting or under way. */
  drain(): Promise<void> {
    if (this.#underWay === 0 && this.#queue.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #plan(): void {
    if (this.#planned || this.#underWay >= this.#flights) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      while (this.#queue.length > 0 && this.#underWay < this.#flights) void this.#begin(this.#queue.splice(0, this.#largest));
    });
  }

  async #begin(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    this.#underWay++;
    try {
      const results = await this.#work(batch.map(({ item }) => item));
      batch.forEach(({ done }, index) => done(results[index]!));
    } catch (error) {
      for (const { failed } of batch) failed(error);
    } finally {
      this.#underWay--;
      if (this.#queue.length > 0) this.#plan();
      else if (this.#underWay === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}
