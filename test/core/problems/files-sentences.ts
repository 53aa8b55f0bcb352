import type { FilesProblem } from '../../../src/core/problems/files.ts';

const repository = 's3:https://s3.example.com/ci';
const sha256 = '0'.repeat(64);
const PACKAGES =
  'Packages of distributions are often too old, and may need a newer libc than the machine has.';

/** Of the files that lie beside the machine's image. */
export const FILES_SENTENCES: {
  [C in FilesProblem['code']]: [
    what: string,
    problem: Extract<FilesProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'restic-missing': [
    [
      'no address is set',
      { code: 'restic-missing', path: 'restic' },
      'The machine has no restic (restic), so that the files were not backed up.',
      `Install restic’s own static build for Linux on the machine as /usr/local/bin/restic: take it from where you trust it, and set RESTIC_DOWNLOAD_URL and RESTIC_DOWNLOAD_SHA256 to have its address and its hash stand here. ${PACKAGES}`,
    ],
    [
      'an address is set',
      {
        code: 'restic-missing',
        path: '/opt/restic',
        download: { url: 'https://mirror.example.com/r.bz2', sha256 },
      },
      'The machine has no restic (/opt/restic), so that the files were not backed up.',
      `Install restic’s own static build for Linux on the machine as /opt/restic: download https://mirror.example.com/r.bz2, and see that its SHA-256 is ${sha256}. ${PACKAGES}`,
    ],
  ],
  'restic-old': [
    [
      'Debian 12’s',
      {
        code: 'restic-old',
        version: '0.14.0',
        needs: '0.17.1',
        path: '/opt/restic',
        download: { url: 'https://mirror.example.com/r.bz2', sha256 },
      },
      'The machine’s restic is 0.14.0, and the bot needs 0.17.1 or newer: older ones call a missing path no fault.',
      `Install restic’s own static build for Linux on the machine as /opt/restic: download https://mirror.example.com/r.bz2, and see that its SHA-256 is ${sha256}. ${PACKAGES}`,
    ],
  ],
  'repository-password': [
    [
      'usual',
      { code: 'repository-password', repository },
      `The repository ${repository} did not take the password.`,
      'Set RESTIC_PASSWORD_FILE to the file with its password, start the bot again, then try again.',
    ],
  ],
  'repository-missing': [
    [
      'usual',
      { code: 'repository-missing', repository },
      `There is no repository at ${repository}.`,
      'Set RESTIC_REPOSITORY to the one that the backups were made into, start the bot again, then try again.',
    ],
  ],
  'repository-locked': [
    [
      'its holder is known',
      { code: 'repository-locked', repository, by: ['process 8358 on ip-10-20-1-12, 3 min ago'] },
      `The repository ${repository} is locked by process 8358 on ip-10-20-1-12, 3 min ago.`,
      'Wait until that has ended, then try again. A lock that nobody renews is removed by the bot after 30 minutes.',
    ],
    [
      'its holder is not known',
      { code: 'repository-locked', repository, by: [] },
      `The repository ${repository} is locked by somebody.`,
      'Wait until that has ended, then try again. A lock that nobody renews is removed by the bot after 30 minutes.',
    ],
  ],
  'repository-silent': [
    [
      'usual',
      { code: 'repository-silent', repository, afterMs: 60_000 },
      `The repository ${repository} has not answered for 60 s.`,
      'See that the machine reaches it, then try again.',
    ],
  ],
  'repository-refused': [
    [
      'restic says why',
      {
        code: 'repository-refused',
        repository,
        during: 'listing snapshots',
        exitCode: 1,
        said: 'Fatal: no space left on device',
      },
      `The step “listing snapshots” failed at the repository ${repository} (exit code 1). Restic says: “Fatal: no space left on device”.`,
      'See that the machine reaches it and may write there, and that it has room; then try again.',
    ],
    [
      'it says nothing',
      { code: 'repository-refused', repository, during: 'listing snapshots' },
      `The step “listing snapshots” failed at the repository ${repository}.`,
      'See that the machine reaches it and may write there, and that it has room; then try again.',
    ],
  ],
  'repository-damaged': [
    [
      'usual',
      { code: 'repository-damaged', repository, errors: 2, said: ['pack 1f: not found'] },
      `The repository ${repository} is DAMAGED: its check found 2 errors. Restic says: “pack 1f: not found”.`,
      'What was backed up before may not come back. Look into restic’s manual (“Troubleshooting”), keep the repository as it is, and set RESTIC_REPOSITORY to a new one for the next backups.',
    ],
  ],
  'repository-other': [
    [
      'usual',
      { code: 'repository-other', repository, backupId: 'bk-1' },
      `The files of bk-1 are in another repository than ${repository}.`,
      'Set RESTIC_REPOSITORY to the one that they were backed up into, start the bot again, then try again.',
    ],
  ],
  'files-failed': [
    [
      'usual',
      {
        code: 'files-failed',
        during: 'the backup of the files',
        exitCode: 1,
        said: ['Fatal: unable to save snapshot.'],
      },
      'The step “the backup of the files” failed (exit code 1). Restic says: “Fatal: unable to save snapshot”.',
      'See what it says, and whether the repository has room; then try again.',
    ],
  ],
  'files-unread': [
    [
      'one',
      { code: 'files-unread', count: 1, items: ['/srv/a: permission denied'] },
      'Restic could not read 1 file or folder: /srv/a: permission denied.',
      'See on the machine what they are (a share that went away, a fault of the disk), then make another backup.',
    ],
    [
      'many',
      { code: 'files-unread', count: 900, items: ['/a: x', '/b: x', '/c: x', '/d: x'] },
      'Restic could not read 900 files or folders: /a: x; /b: x; /c: x and 897 more.',
      'See on the machine what they are (a share that went away, a fault of the disk), then make another backup.',
    ],
  ],
  'files-unconfirmed': [
    [
      'usual',
      { code: 'files-unconfirmed', runId: 'bk-1' },
      'Restic ended, but the repository shows no whole snapshot of the files with the tag run=bk-1.',
      'Type the command again: what was copied already is not copied twice.',
    ],
  ],
  'restic-unset': [
    [
      'usual',
      { code: 'restic-unset', target: 'prod' },
      'The bot’s settings name no repository for the files of prod any more.',
      'Set RESTIC_REPOSITORY and RESTIC_PASSWORD_FILE, start the bot again, then try again.',
    ],
  ],
  'files-unheard': [
    [
      'usual',
      { code: 'files-unheard', snapshotId: '90421844' },
      'The machine was restarted before restic’s last words were read: the snapshot 90421844 of the files is whole, but whether something could not be read is not known.',
      'Type the command again: what was copied already is not copied twice.',
    ],
  ],
  'files-gone': [
    [
      'usual',
      { code: 'files-gone', paths: ['/srv/a', '/srv/b'], before: 2000 },
      'No file was found in /srv/a and /srv/b, where the last complete backup had 2000.',
      'See whether a share is not mounted there, then make another backup.',
    ],
  ],
  'files-differ': [
    [
      'usual',
      { code: 'files-differ', expected: { nodes: 3, bytes: 2048 }, found: { nodes: 1, bytes: 1024 } },
      'After the restore there are 1 file or folder of 1 KiB, and the snapshot has 3 files and folders of 2 KiB.',
      'Try again: what is there already is compared and left.',
    ],
  ],
  'files-elsewhere': [
    [
      'usual',
      { code: 'files-elsewhere', paths: ['/srv/a', '/srv/b'], planned: ['/srv/a'] },
      'The snapshot holds /srv/a and /srv/b, and the plan lets the bot write into /srv/a alone.',
      'Set FILES_PATHS to the folders that were backed up, start the bot again, and ask for another plan; or restore them by hand.',
    ],
  ],
  'files-snapshot-gone': [
    [
      'usual',
      { code: 'files-snapshot-gone', snapshotId: '90421844', repository },
      `The snapshot 90421844 of the files is not in the repository ${repository}.`,
      'See whether somebody has removed it (“restic snapshots”), or choose another backup.',
    ],
  ],
};
