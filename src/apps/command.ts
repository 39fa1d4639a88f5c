import type { Language } from '../kernel/problem.ts';

export interface Text {
  ru: string;
  en: string;
}

/** What a command is called with. */
export interface Call {
  /** What follows the command's name. */
  args: readonly string[];
  /** The clone's folder. */
  root: string;
  env: NodeJS.ProcessEnv;
  language: Language;
  /** A line on standard output in the user's language. */
  say(text: Text | string): void;
  /** Aborted by SIGTERM, SIGINT, SIGHUP, or when the process that started us is gone. */
  stop: AbortSignal;
}

/** One file in `commands/` each; the answer is the exit code. */
export type Command = (call: Call) => Promise<number>;

/** A wrong way of calling: said to the user, exit code 2. */
export class Usage extends Error {
  readonly text: Text;
  constructor(text: Text) {
    super(text.en);
    this.text = text;
  }
}
