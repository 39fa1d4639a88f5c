import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpPerson } from './http-person.ts';

export interface Load {
  /** Number of each acknowledged create and the id it was answered with. */
  acknowledged: ReadonlyMap<number, string>;
  /** Answers that were no success, by status and code; 0 where there was none. */
  refusals: ReadonlyMap<string, number>;
  /** Ends after what is under way has been answered. */
  stop(): Promise<void>;
}

/**
 * Creates measurements of a patient from `width` places at once, each numbered and with a key of its own. What is not acknowledged is
 * sent again under its key, to any of the processes, until it is.
 */
export function startLoad(persons: () => readonly HttpPerson[], patient: string, tag: string, width: number): Load {
  const acknowledged = new Map<number, string>();
  const refusals = new Map<string, number>();
  let next = 0;
  let stopping = false;
  const create = async (number: number): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      const all = persons();
      const person = all[(number + attempt) % all.length]!;
      const answer = await person.send('POST', '/fhir/R4/Observation', { body: measurement(patient, tag, number), headers: { 'idempotency-key': `${tag}-${number}` } }).catch(() => undefined);
      if (answer?.status === 201) {
        acknowledged.set(number, answer.json<{ id: string }>().id);
        return;
      }
      const kind = answer ? `${answer.status} ${/"code":"(?:MSG_)?([a-z-]+\.[a-z-]+)"/.exec(answer.text)?.[1] ?? ''}`.trim() : '0';
      refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
      if (attempt > 600) throw new Error(`create ${number} was never acknowledged; the last answer: ${kind}`);
      await sleep(50);
    }
  };
  const worker = async (): Promise<void> => {
    while (!stopping) await create(next++);
  };
  const all = Promise.all(Array.from({ length: width }, worker));
  all.catch(() => undefined);
  return {
    acknowledged,
    refusals,
    stop: async () => {
      stopping = true;
      await all;
    },
  };
}

export const loadSystem = 'urn:test:load';

function measurement(patient: string, tag: string, number: number): object {
  return {
    resourceType: 'Observation',
    status: 'final',
    identifier: [{ system: loadSystem, value: `${tag}-${number}` }],
    code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
    subject: { reference: `Patient/${patient}` },
    valueQuantity: { value: number, unit: 'уд/мин', system: 'http://unitsofmeasure.org', code: '/min' },
  };
}
