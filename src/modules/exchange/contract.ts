import { z } from 'zod';

/** What goes over the line between the pages of exchange and their server: both sides read this file. */

export const oneParams = z.object({ id: z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/) });
export const generationParams = z.object({ generation: z.coerce.number().int().min(1).max(32_767) });
export const renewBody = z.strictObject({ types: z.array(z.string().regex(/^[A-Z][A-Za-z]{1,40}$/)).min(1).max(50) });

export interface JobFile {
  file: number;
  kind: 'output' | 'deleted' | 'error';
  type: string;
  lines: number;
  /** Packed. */
  bytes: number;
}

export interface JobLine {
  id: string;
  kind: 'export' | 'import';
  state: 'receiving' | 'active' | 'complete' | 'failed' | 'cancelled';
  account: string;
  by: string;
  /** Asked for by the caller himself: its files are his. */
  own: boolean;
  created: string;
  finished: string | null;
  expires: string | null;
  done: number;
  refused: number;
  /** In words. */
  progress: string;
  /** 0 to 1; absent where nobody can know. */
  share?: number;
  asked: {
    /** Of an export. */
    level?: 'system' | 'patients' | 'group';
    types?: readonly string[];
    /** All types, or those that were named. */
    every?: boolean;
    since?: string;
    group?: string;
    /** Of an import: where its files are, without their paths; none for an upload. */
    inputs?: number;
    hosts?: readonly string[];
  };
  files: readonly JobFile[];
  error: { code: string; text: string } | null;
}

export interface SubscriptionLine {
  id: string;
  state: 'active' | 'error' | 'off' | 'requested';
  type: string;
  criteria: string;
  reason?: string;
  /** Only the origin: paths and headers hold secrets. */
  to?: string;
  sent: number;
  tries: number;
  delivered: string | null;
  failed: string | null;
  nextTry: string | null;
  /** Changes of its type that it has still to look at; `most` at most. */
  backlog: number;
  error: { code: string; text: string } | null;
}

/** Changes are counted up to here. */
export const mostBacklog = 10_000;

export interface IndexAnswer {
  generation: number;
  building: readonly { generation: number; since: string; types: readonly string[] | 'all'; share: number; rows: number; paused: boolean }[];
  parameters: readonly { id: string; version: number; code: string; url: string; types: readonly string[]; generation: number; searchable: boolean; refused?: string }[];
}

export interface TriedAnswer {
  taken: boolean;
  said: string;
  milliseconds: number;
}
