import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Refusal, api, onSignedOut } from './client.ts';
import type { Language } from '../kernel/problem.ts';
import { readKey, useRead } from './queries.ts';
import { proposeLanguage } from './words.ts';

/** Whose card a person may open in the portal: the own one, a child's. */
export interface OwnPatient {
  reference: string;
  name: string;
  birthDate?: string;
  /** «дочь», «сын»; absent for oneself. */
  relation?: string;
}

export interface Person {
  name: string;
  role: string;
  /** Post in words: «терапевт». */
  roleText?: string;
  /** Name of the clinic: «Поликлиника № 2». */
  organization?: string;
  reference: string;
  patients?: readonly OwnPatient[];
}

export type Session = { signedIn: true; person: Person; language?: Language } | { signedIn: false; person?: undefined; language?: Language };

export interface DemoPerson {
  login: string;
  name: string;
  role: string;
  /** What this person's day looks like, in one line. */
  line: string;
}

const path = '/session';
const channelName = 'karta-session';

/** Tells the other tabs that someone signed in or out here. */
function tellSession(): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(channelName);
  channel.postMessage('changed');
  channel.close();
}

export interface SessionState {
  session: Session | undefined;
  refusal: Refusal | undefined;
  signIn: (login: string, password: string) => Promise<void>;
  signOut: () => Promise<void>;
}

/** Who is signed in, from `GET /api/session`; follows a sign-out in another tab and a session that ended. */
export function useSession(): SessionState {
  const client = useQueryClient();
  const { data, error } = useRead<Session>(path, {
    read: async (signal) => {
      try {
        return await api.get<Session>(path, { signal });
      } catch (refused) {
        if (refused instanceof Refusal && refused.status === 401) return { signedIn: false };
        throw refused;
      }
    },
  });
  useEffect(() => {
    if (data?.language) proposeLanguage(data.language);
  }, [data?.language]);
  const renew = async () => {
    // Nothing of the last person may be seen by the next one.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[1] !== path });
    await client.invalidateQueries({ queryKey: readKey(path) });
    tellSession();
  };
  return {
    session: data,
    refusal: error ?? undefined,
    signIn: async (login, password) => {
      await api.post(path, { login, password });
      await renew();
    },
    signOut: async () => {
      await api.remove(path);
      client.setQueryData<Session>(readKey(path), { signedIn: false });
      await renew();
    },
  };
}

/** Mounted once: a session that ended here or in another tab leads to the sign-in page. */
export function useSessionWatch(): void {
  const client = useQueryClient();
  useEffect(() => {
    const ask = () => void client.invalidateQueries({ queryKey: readKey(path) });
    const ended = onSignedOut(() => client.setQueryData<Session>(readKey(path), (last) => (last?.signedIn ? { signedIn: false } : last)));
    const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(channelName);
    channel?.addEventListener('message', ask);
    return () => {
      ended();
      channel?.close();
    };
  }, [client]);
}
