import { credential } from '../formats/credential.ts';
import { duration } from '../formats/duration.ts';
import { matching } from '../formats/format.ts';
import type { Setting } from './setting.ts';

/** How build records are cleaned up; without the token builds are named by their addresses. */
export const CLEANUP = {
  CIRCLECI_TOKEN: {
    scope: 'target',
    format: credential,
    secret: 'whole',
    help: 'A token for CircleCI’s API v1.1, to find builds that are stuck. It needs CIRCLECI_URL.',
    example: 'copied-from-circleci',
  },
  DEV_CONSOLE_COMMAND: {
    scope: 'target',
    format: matching(/^\P{Cc}{1,300}$/u, {
      what: 'is not one line of at most 300 characters',
      use: 'Write the command as you would type it',
    }),
    fallback: 'circleci dev-console',
    help: 'What opens the dev-console, typed into a login shell of SSH_USER on the Services machine.',
    example: 'replicated admin dev-console',
  },
  DEV_CONSOLE_TIMEOUT: {
    scope: 'target',
    format: duration('10s', '1h'),
    fallback: '10m',
    help: 'How long the dev-console may take until its prompt stands there.',
    example: '20m',
  },
} as const satisfies Record<string, Setting<unknown>>;
