import { DEFAULT_DATABASE } from '../environment.ts';
import { database } from '../formats/database.ts';
import { duration } from '../formats/duration.ts';
import { oneOf, wholeNumber } from '../formats/format.ts';
import { hostName } from '../formats/host-name.ts';
import type { Setting } from './setting.ts';

/** pino's levels. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** How the bot itself is run. */
export const OPS = {
  DATABASE_URL: {
    format: database,
    scope: 'bot',
    secret: 'part',
    fallback: DEFAULT_DATABASE,
    help: 'Where the bot keeps its own data: sqlite: and a folder, or a database postgres://USER:PASSWORD@HOST/DATABASE?sslmode=verify-full that several processes share. Losing it loses no backup.',
    example: 'sqlite:/data',
  },
  OPS_HOST: {
    format: hostName,
    scope: 'bot',
    fallback: '127.0.0.1',
    help: 'The address on which /healthz and /metrics are served.',
    example: '0.0.0.0',
  },
  OPS_PORT: {
    format: wholeNumber(0, 65_535),
    scope: 'bot',
    fallback: '9090',
    help: 'The port of /healthz and /metrics; 0 takes any free one.',
    example: '9464',
  },
  LOG_LEVEL: {
    format: oneOf(LEVELS, { what: 'is not a log level', use: `Use one of ${LEVELS.join(', ')}` }),
    scope: 'bot',
    fallback: 'info',
    help: `How much is logged: ${LEVELS.join(', ')}.`,
    example: 'debug',
  },
  STOP_GRACE: {
    format: duration('0s', '10m'),
    scope: 'bot',
    fallback: '25s',
    help: 'How long a stop waits for running steps; what is left goes on at the next start.',
    example: '10s',
  },
} as const satisfies Record<string, Setting<unknown>>;
