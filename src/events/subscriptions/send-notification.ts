import { purposes, type Caller, type Entrance } from '../../access/index.ts';
import { dropBody, reachOut, Unreachable } from '../../kernel/reach-out.ts';
import type { Change } from '../../store/types.ts';
import type { Accepted } from './judge-subscription.ts';

export interface Notification {
  subscription: string;
  accepted: Accepted;
  caller: Caller;
  change: Change;
  /** The version that met the criteria. */
  content: string;
  stop: AbortSignal;
}

const usualTimeout = 15_000;

/**
 * Sends one notification (http://hl7.org/fhir/R4/subscription.html#2.46.7.1): with a payload an update of the resource below the endpoint, else an empty POST.
 * What is sent of a patient is in the journal before it leaves. Answers undefined, or what kept it from being taken.
 */
export async function sendNotification({ entrance, timeout = usualTimeout }: { entrance: Entrance; timeout?: number }, { subscription, accepted, caller, change, content, stop }: Notification): Promise<string | undefined> {
  const { url, headers, payload } = accepted;
  const patient = change.type === 'Patient' ? change.id : change.patient;
  await entrance.journal.note({
    at: entrance.clock.now(),
    actor: caller.actor.reference,
    role: caller.actor.role,
    account: caller.account,
    purpose: purposes[caller.actor.role],
    action: `notify ${change.type}`,
    patients: payload && patient !== undefined ? [patient] : [],
    types: [change.type],
    status: 200,
    request: `Subscription/${subscription}`,
  });
  const target = payload ? new URL(`${url.origin}${url.pathname.replace(/\/+$/, '')}/${change.type}/${change.id}${url.search}`) : url;
  try {
    const response = await reachOut(target, {
      method: payload ? 'PUT' : 'POST',
      headers: { ...headers, ...(payload ? { 'content-type': 'application/fhir+json; charset=utf-8' } : {}) },
      ...(payload ? { body: content } : {}),
      timeout,
      stop,
    });
    await dropBody(response);
    return response.status >= 200 && response.status < 300 ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return stop.aborted ? 'stopped' : error.message;
  }
}
