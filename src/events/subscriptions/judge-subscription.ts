import type { Subscription } from '@medplum/fhirtypes';
import { resourceTypes } from '../../fhir/index.ts';
import { allowedAddress, readHeader } from '../../kernel/reach-out.ts';
import { Problem } from '../../kernel/problem.ts';
import '../problems.ts';

export interface Accepted {
  type: string;
  query: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** The resource goes with the notification; else it only says that something has changed. */
  payload: boolean;
}

/** What a Subscription (http://hl7.org/fhir/R4/subscription.html) asks for. Refuses what Karta cannot or may not do; the criteria's search is not tried here. */
export function judgeSubscription(subscription: Subscription, allowed: readonly string[], now: Date): Accepted {
  const { channel, criteria, end } = subscription;
  if (channel.type !== 'rest-hook') throw new Problem('events.subscription-channel', { given: channel.type });
  if (channel.payload !== undefined && !/^application\/(fhir\+)?json(;.*)?$/.test(channel.payload)) throw new Problem('events.subscription-channel', { given: channel.payload.slice(0, 80) });
  const found = /^\/?([A-Z][A-Za-z]+)(?:\?(.*))?$/s.exec(criteria);
  if (!found || !resourceTypes.includes(found[1]!)) throw new Problem('events.subscription-criteria', { reason: '' });
  const url = allowedAddress(channel.endpoint ?? '', allowed);
  if (!(url instanceof URL)) throw new Problem('events.subscription-address', { reason: url });
  if (end !== undefined && new Date(end) <= now) throw new Problem('events.subscription-ended');
  const headers: Record<string, string> = {};
  for (const [index, line] of (channel.header ?? []).entries()) {
    const header = readHeader(line);
    if (!header) throw new Problem('events.subscription-header', { number: index + 1 });
    headers[header[0]] = header[1];
  }
  return { type: found[1]!, query: found[2] ?? '', url, headers, payload: channel.payload !== undefined };
}
