import type { Trust } from './signature/verify-signature.ts';

/** What the documents need beside the caller's context: given once, when the program is assembled. */
export interface DocumentParts {
  /** The roots that this installation believes, and what was revoked; asked for at each verdict, since both change. */
  trust(): Promise<Trust>;
  /** Zone whose calendar says which day it is. */
  zone: string;
}
