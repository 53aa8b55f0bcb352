import { format } from 'node:util';
import { isNativeError } from 'node:util/types';
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../core/ports/log.ts';

const ORDER = [LogLevel.DEBUG, LogLevel.INFO, LogLevel.WARN, LogLevel.ERROR];

/**
 * Bolt and its clients log whole envelopes at debug level. What they hold is unknown to `redact`, being new each time,
 * and whoever has it can act: the ticket of a Socket Mode address, a response_url, the old verification token.
 */
const CAPABILITIES: [RegExp, string][] = [
  [/([?&](?:ticket|app_id)=)[^&"\s]+/g, '$1[redacted]'],
  [/(https:\/\/hooks\.slack\.com\/[a-z]+\/)[^"\s\\]+/g, '$1[redacted]'],
  [/(\\?"response_url\\?":\\?")[^"\\]+/g, '$1[redacted]'],
  [/(\\?"(?:token|trigger_id)\\?":\\?")[^"\\]+/g, '$1[redacted]'],
];

/** Slack's `Logger` on top of ours, for Bolt, its WebClient and Socket Mode. Lines carry `from: <Slack's own name>`. */
export function boltLogger(log: Log): Logger {
  let level = LogLevel.DEBUG;
  let name = 'bolt';
  const at =
    (own: LogLevel, write: 'debug' | 'info' | 'warn' | 'error') =>
    (...args: unknown[]): void => {
      if (ORDER.indexOf(own) < ORDER.indexOf(level)) return;
      const err = args.find((arg) => isNativeError(arg));
      const message = CAPABILITIES.reduce(
        (text, [pattern, mask]) => text.replace(pattern, mask),
        format(...args.map((arg) => (isNativeError(arg) ? arg.message : arg))),
      );
      log[write]({ from: name, ...(err !== undefined && { err }) }, message);
    };
  return {
    debug: at(LogLevel.DEBUG, 'debug'),
    info: at(LogLevel.INFO, 'info'),
    warn: at(LogLevel.WARN, 'warn'),
    error: at(LogLevel.ERROR, 'error'),
    setLevel: (wanted) => {
      level = wanted;
    },
    getLevel: () => level,
    setName: (wanted) => {
      name = wanted;
    },
  };
}
