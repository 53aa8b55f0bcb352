import type { JobProblem } from '../../../src/core/problems/jobs.ts';

/** Of programs that the bot leaves at work on a machine. */
export const JOB_SENTENCES: {
  [C in JobProblem['code']]: [
    what: string,
    problem: Extract<JobProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'job-not-started': [
    [
      'the shell says no',
      { code: 'job-not-started', during: 'the backup of the files', exitCode: 127 },
      'The step “the backup of the files” could not be begun on the machine (exit code 127).',
      'See that the machine has sh, setsid, flock and timeout, then try again: what was begun meanwhile is found.',
    ],
    [
      'the connection was cut',
      { code: 'job-not-started', during: 'the backup of the files' },
      'The step “the backup of the files” could not be begun on the machine.',
      'See that the machine has sh, setsid, flock and timeout, then try again: what was begun meanwhile is found.',
    ],
  ],
  'job-no-room': [
    [
      'usual',
      { code: 'job-no-room', folder: '/run/circleci-backup/bk-1.files.1' },
      'The folder /run/circleci-backup/bk-1.files.1 could not be made on the machine, so that nothing was begun.',
      'See whether /run is full there (“df /run”), then try again.',
    ],
  ],
  'job-unclear': [
    [
      'usual',
      { code: 'job-unclear' },
      'What the machine said of a program at work there is not in a form that the bot knows.',
      'Look into /run/circleci-backup on the machine, then try again.',
    ],
  ],
  'job-died': [
    [
      'once',
      { code: 'job-died', during: 'the backup of the files', times: 1 },
      'The step “the backup of the files” was ended on the machine before it was done, and nothing there says by what.',
      'See whether its memory ran out (“dmesg | grep -i oom”) or somebody restarted it, then try again.',
    ],
    [
      'again and again',
      { code: 'job-died', during: 'the backup of the files', times: 3 },
      'The step “the backup of the files” was ended on the machine 3 times before it was done, and nothing there says by what.',
      'See whether its memory ran out (“dmesg | grep -i oom”) or somebody restarted it, then try again.',
    ],
  ],
  'job-late': [
    [
      'usual',
      { code: 'job-late', during: 'the backup of the files', afterMs: 7_200_000, setting: 'FILES_TIMEOUT' },
      'The step “the backup of the files” was not done after 2 h (FILES_TIMEOUT), and was ended.',
      'Set FILES_TIMEOUT to more, or find out what is slow there, then try again.',
    ],
  ],
};
