/** What the command line and the bot say to each other on the socket; another number is another language. */
export const PROTOCOL = 1;
export const SOCKET = 'command.sock';
export const PATH = '/v1/command';

/** A command line as it was typed. */
export interface Order {
  protocol: number;
  /** Of the program that asks, e.g. `0.1.0`. */
  version: string;
  args: string[];
  /** A claim: whoever can open the socket is the bot's own user or root, and could say anything. */
  osUser: string;
  /** Columns to break lines at; missing where nobody looks at a terminal. */
  width?: number;
  color: boolean;
}

/** A line of the answer: text for one of the two streams, the exit code as the last one, or nothing but a sign of life. */
export type Told = { out: string } | { err: string } | { exit: number } | Record<string, never>;

/** As restic's: done, refused or failed, done in part, interrupted. */
export const EXIT = { done: 0, failed: 1, partly: 3, interrupted: 130 };
