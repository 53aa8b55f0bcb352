/** Data beside a log line. An error goes under `err`, with its causes; a run under `run`, a target under `target`. */
export type LogFields = Record<string, unknown>;

/** A log as everybody but its maker sees it. Secrets are taken out behind it, by their values. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** The same log with fields that every line of it carries. */
  child(fields: LogFields): Log;
}

/** Says nothing. */
export const noLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => noLog,
};
