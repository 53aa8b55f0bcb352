import pino from 'pino';
import type { Log } from '../core/ports/log.ts';
import type { Redact } from '../core/text/redact.ts';
import { errorFields } from './error-fields.ts';

/** `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`. */
export type LogLevel = pino.LevelWithSilent;

/** Takes whole lines, each with its line end. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * A log of JSON lines: `{"level":"info","time":"2026-…Z","app":"circleci-backup",…,"msg":"…"}`. Every line passes
 * through `redact` as text, after everything was put into it: a secret has no way around.
 */
export function createLog(options: {
  level: LogLevel;
  redact: Redact;
  /** Standard output when missing, written at once: the last words before an exit are the ones that matter. */
  destination?: LogDestination;
}): Log {
  const { redact, destination = pino.destination({ dest: 1, sync: true }) } = options;
  return pino(
    {
      level: options.level,
      base: { app: 'circleci-backup' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => errorFields(error) },
    },
    { write: (line: string) => void destination.write(redactLine(line, redact)) },
  );
}

function redactLine(line: string, redact: Redact): string {
  const shown = redact(line);
  if (shown === line || isJson(shown)) return shown;
  // A secret of digits stood where JSON has a number. The line stays readable for programs as well.
  return `${JSON.stringify({ level: 'warn', app: 'circleci-backup', msg: 'a line that held a secret', line: shown.trim() })}\n`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
