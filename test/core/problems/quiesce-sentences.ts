import type { QuiesceProblem } from '../../../src/core/problems/quiesce.ts';

/** What can stop a backup for which CircleCI is stopped, in a person's words. */
export const QUIESCE_SENTENCES: {
  [C in QuiesceProblem['code']]: [
    what: string,
    problem: Extract<QuiesceProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'app-not-running': [
    [
      'stopped',
      { code: 'app-not-running', state: 'stopped' },
      'The application is stopped, not started. Nothing was stopped, and nothing was made.',
      'Start it and wait until it is up, then type the command again. A backup of it as it stands: /circleci-backup now.',
    ],
    [
      'unknown',
      { code: 'app-not-running' },
      'The application is not known to Replicated, not started. Nothing was stopped, and nothing was made.',
      'Start it and wait until it is up, then type the command again. A backup of it as it stands: /circleci-backup now.',
    ],
  ],
  'builds-running': [
    [
      'one',
      { code: 'builds-running', jobs: ['timetable-1234'], afterMs: 600_000 },
      'Nomad still ran timetable-1234 10 min after the application had stopped. No image was made.',
      'Wait for these builds or cancel them, then type the command again.',
    ],
    [
      'many',
      { code: 'builds-running', jobs: ['a', 'b', 'c', 'd', 'e', 'f', 'g'], afterMs: 600_000 },
      'Nomad still ran a, b, c, d, e and 2 more 10 min after the application had stopped. No image was made.',
      'Wait for these builds or cancel them, then type the command again.',
    ],
  ],
  'quiesce-late': [
    [
      'any',
      { code: 'quiesce-late', afterMs: 3_600_000 },
      'The application had been stopped for 1 h already, because the bot itself was away. No image was made.',
      'Type the command again at a time at which CircleCI may be down.',
    ],
  ],
  'reboot-checks-failed': [
    [
      'any',
      {
        code: 'reboot-checks-failed',
        instanceId: 'i-1',
        checks: 'it is running, system ok, instance impaired',
        afterMs: 1_200_000,
      },
      'EC2’s status checks of i-1 have not passed within 20 min of its restart: it is running, system ok, instance impaired.',
      'Look at the machine in the EC2 console (“Get system log”), and start it there if it has stopped.',
    ],
  ],
};
