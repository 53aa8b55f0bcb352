import type { Answer } from '../commands/dispatch.ts';
import type { RunView } from '../core/run/run-view.ts';

/** Raised where a name or a meaning changes; names are added without. */
export const JSON_FORMAT = 1;

/**
 * An answer for programs, on one line: the reply as data, targets by their names, times in ms since epoch. What a terminal could
 * take for an order is escaped.
 */
export function toJson(
  { verb, result, target, reply }: Answer,
  exit: number,
  run: RunView | undefined,
): string {
  const answer = { format: JSON_FORMAT, verb, result, exit, target, reply, run };
  const text = JSON.stringify(answer, (_key, value: unknown) => (isTarget(value) ? value.name : value));
  return `${text.replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** A target holds the configuration, a token among it: its name is all that is told. */
function isTarget(value: unknown): value is { name: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'instance' in value &&
    'devConsole' in value &&
    'name' in value
  );
}
