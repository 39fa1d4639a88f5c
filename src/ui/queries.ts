import { QueryClient, keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { QueryKey, UseQueryResult } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, call, isPassing, newKey, refusalOf } from './client.ts';
import type { Refusal } from './client.ts';
import { touches } from './live-match.ts';
import type { LiveChange, ReadMeta } from './live-match.ts';

declare module '@tanstack/react-query' {
  interface Register {
    queryMeta: ReadMeta & Record<string, unknown>;
  }
}

/** One for a program. What was read stays fresh 15 s (the live stream tells earlier); only what may pass is tried again. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 15_000, gcTime: 5 * 60_000, networkMode: 'always', retry: (count, error) => count < 2 && isPassing(error), retryDelay: (count) => 500 * 2 ** count, refetchOnWindowFocus: true },
      mutations: { networkMode: 'always', retry: (count, error) => count < 1 && isPassing(error) },
    },
  });
}

export interface ReadOptions<T> extends ReadMeta {
  /** Not read while false. */
  when?: boolean;
  /** Read again every so many seconds, for boards without a stream. */
  everySeconds?: number;
  /** Shows the last answer while another address is read (typing in a search). */
  keepLast?: boolean;
  /** Instead of GET `/api` + path. */
  read?: (signal: AbortSignal) => Promise<T>;
}

/** The key under which `useRead` keeps an address; for `setQueryData` and invalidation by hand. */
export function readKey(path: string): QueryKey {
  return ['read', path];
}

/**
 * Reads an address of a module (`/patients/1/card`), kept and shared between screens. `types` and `patient` say when the
 * live stream makes it old; without them it is renewed when a change names an id that stands in the path.
 */
export function useRead<T>(path: string, { when = true, everySeconds, keepLast, read, types, patient }: ReadOptions<T> = {}): UseQueryResult<T, Refusal> {
  return useQuery<T, Refusal>({
    queryKey: readKey(path),
    queryFn: async ({ signal }) => {
      try {
        return await (read ? read(signal) : path.startsWith('/fhir') ? call<T>(path, { signal }) : api.get<T>(path, { signal }));
      } catch (error) {
        if (signal.aborted) throw error;
        throw refusalOf(error);
      }
    },
    enabled: when,
    meta: { ...(types ? { types } : {}), ...(patient ? { patient } : {}) },
    ...(everySeconds ? { refetchInterval: everySeconds * 1000 } : {}),
    ...(keepLast ? { placeholderData: keepPreviousData } : {}),
  });
}

export interface ActOptions<Input, Answer> {
  /** Shows the outcome at once: for each address what its answer will be. Taken back if the server refuses. */
  expect?: (input: Input) => readonly { path: string; change: (last: never) => unknown }[];
  /** Addresses (or their beginnings) to read again afterwards; the live stream does the rest. */
  renews?: readonly string[];
  onDone?: (answer: Answer, input: Input) => void;
  onRefused?: (refusal: Refusal, input: Input) => void;
}

export interface Act<Input, Answer> {
  /** Does it; a refusal goes to `onRefused` and `refusal`. */
  run: (input: Input) => void;
  /** The same, to be awaited; throws the refusal. */
  ask: (input: Input) => Promise<Answer>;
  busy: boolean;
  refusal: Refusal | undefined;
  forget: () => void;
}

/**
 * An act that changes something. Each run has one idempotency key for all its repetitions, and a second run while one is under
 * way (a double click) does nothing more: `run` is deaf until the answer.
 */
export function useAct<Input = void, Answer = unknown>(act: (input: Input, call: { idempotencyKey: string }) => Promise<Answer>, { expect, renews, onDone, onRefused }: ActOptions<Input, Answer> = {}): Act<Input, Answer> {
  const client = useQueryClient();
  const underWay = useRef<Promise<Answer> | undefined>(undefined);
  const mutation = useMutation<Answer, Refusal, { input: Input; idempotencyKey: string }, { taken: [QueryKey, unknown][] }>({
    mutationFn: async ({ input, idempotencyKey }) => {
      try {
        return await act(input, { idempotencyKey });
      } catch (error) {
        throw refusalOf(error);
      }
    },
    onMutate: async ({ input }) => {
      const taken: [QueryKey, unknown][] = [];
      for (const { path, change } of expect?.(input) ?? []) {
        await client.cancelQueries({ queryKey: readKey(path) });
        const last = client.getQueryData(readKey(path));
        if (last === undefined) continue;
        taken.push([readKey(path), last]);
        client.setQueryData(readKey(path), change(last as never));
      }
      return { taken };
    },
    onError: (refusal, { input }, kept) => {
      for (const [key, last] of kept?.taken ?? []) client.setQueryData(key, last);
      onRefused?.(refusal, input);
    },
    onSuccess: (answer, { input }) => onDone?.(answer, input),
    onSettled: (_answer, _error, { input }) => {
      const paths = [...(renews ?? []), ...(expect?.(input).map(({ path }) => path) ?? [])];
      if (paths.length > 0) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'read' && paths.some((path) => String(queryKey[1]).startsWith(path)) });
    },
  });
  const ask = (input: Input): Promise<Answer> => {
    underWay.current ??= mutation.mutateAsync({ input, idempotencyKey: newKey() }).finally(() => {
      underWay.current = undefined;
    });
    return underWay.current;
  };
  return {
    ask,
    run: (input) => {
      ask(input).catch(() => undefined);
    },
    busy: mutation.isPending,
    refusal: mutation.error ?? undefined,
    forget: mutation.reset,
  };
}

/** Makes old what a change touches; `undefined` (a cursor too old: reload) makes everything old. */
export function renewTouched(client: QueryClient, changes: readonly LiveChange[] | undefined): void {
  void client.invalidateQueries({ predicate: (query) => !changes || changes.some((change) => touches(change, typeof query.queryKey[1] === 'string' ? query.queryKey[1] : '', query.meta ?? {})) });
}
