import type { RestoreProblem } from '../../../src/core/problems/restore.ts';

/** The sentences of a restore, pinned. */
export const RESTORE_SENTENCES: {
  [C in RestoreProblem['code']]: [
    what: string,
    problem: Extract<RestoreProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'restore-ssh-unset': [
    [
      'any',
      { code: 'restore-ssh-unset', target: 'prod' },
      'The bot has no SSH key for prod.',
      'Set SSH_PRIVATE_KEY_FILE (and SSH_USER), start the bot again, then try again.',
    ],
  ],
  'restore-address-missing': [
    [
      'public',
      { code: 'restore-address-missing', instanceId: 'i-1', kind: 'public' },
      'The machine i-1 has no public address, so that the bot cannot reach it over SSH.',
      'Set SSH_ADDRESS=private if the bot is in the same network, start it again, then try again.',
    ],
    [
      'private',
      { code: 'restore-address-missing', instanceId: 'i-1', kind: 'private' },
      'The machine i-1 has no private address, so that the bot cannot reach it over SSH.',
      'Look at the machine in the EC2 console, then try again.',
    ],
  ],
  'restore-machine-ended': [
    [
      'with a reason',
      {
        code: 'restore-machine-ended',
        instanceId: 'i-1',
        state: 'terminated',
        why: 'Client.VolumeLimitExceeded: Volume limit exceeded',
      },
      'The machine i-1 is terminated and not running: Client.VolumeLimitExceeded: Volume limit exceeded.',
      'Ask AWS for a higher limit of EBS storage, or delete volumes that nobody needs. Look at it in the EC2 console.',
    ],
    [
      'a key that EC2 may not use',
      {
        code: 'restore-machine-ended',
        instanceId: 'i-1',
        state: 'terminated',
        why: 'Client.InternalError: Client error on launch',
      },
      'The machine i-1 is terminated and not running: Client.InternalError: Client error on launch.',
      'Often EC2 may not use the KMS key of an encrypted volume: the bot’s role needs kms:CreateGrant (and kms:Decrypt, kms:DescribeKey, kms:GenerateDataKeyWithoutPlaintext, kms:ReEncrypt*) on that key, the key has to be enabled, and the key’s own policy has to allow it. Look at it in the EC2 console.',
    ],
    [
      'a snapshot that is gone',
      {
        code: 'restore-machine-ended',
        instanceId: 'i-1',
        state: 'terminated',
        why: 'Client.InvalidSnapshot.NotFound',
      },
      'The machine i-1 is terminated and not running: Client.InvalidSnapshot.NotFound.',
      'A snapshot of this backup is gone: choose another backup. Look at it in the EC2 console.',
    ],
    [
      'a reason that nobody knows',
      {
        code: 'restore-machine-ended',
        instanceId: 'i-1',
        state: 'terminated',
        why: 'Server.NobodyKnows: x',
      },
      'The machine i-1 is terminated and not running: Server.NobodyKnows: x.',
      'Look at it in the EC2 console.',
    ],
    [
      'without one',
      { code: 'restore-machine-ended', instanceId: 'i-1', state: 'stopped' },
      'The machine i-1 is stopped and not running.',
      'Look at it in the EC2 console.',
    ],
  ],
  'restore-machine-slow': [
    [
      'any',
      { code: 'restore-machine-slow', instanceId: 'i-1', state: 'pending', afterMs: 900_000 },
      'The machine i-1 is still pending after 15 min.',
      'Look at it in the EC2 console, then try again: the bot goes on waiting.',
    ],
  ],
  'restore-checks-failed': [
    [
      'any',
      {
        code: 'restore-checks-failed',
        instanceId: 'i-1',
        checks: 'running; system ok, instance impaired, volumes ok',
        afterMs: 1_200_000,
      },
      'EC2’s status checks of i-1 have not passed within 20 min: running; system ok, instance impaired, volumes ok.',
      'Look at its console output (“Get system log”): the machine may not start from this backup. Try again to go on waiting.',
    ],
  ],
  'restore-root-kept': [
    [
      'any',
      { code: 'restore-root-kept', instanceId: 'i-1', taskId: 'replacevol-1', volumeId: 'vol-1' },
      'EC2 could not replace the root volume of i-1 (replacevol-1). The old root volume vol-1 is still attached.',
      'Look at the task in the EC2 console, then try again, or restore beside it with a new machine.',
    ],
  ],
  'restore-root-gone': [
    [
      'any',
      { code: 'restore-root-gone', instanceId: 'i-1', taskId: 'replacevol-1', volumeId: 'vol-1' },
      'EC2 could not replace the root volume of i-1 (replacevol-1), and now it has no root volume. The old one vol-1 is kept.',
      'Try again, or stop the machine, attach the old root volume by hand under its old device name, and start the machine.',
    ],
    [
      'of a volume nobody knows',
      { code: 'restore-root-gone', instanceId: 'i-1', taskId: 'replacevol-1' },
      'EC2 could not replace the root volume of i-1 (replacevol-1), and now it has no root volume. The old one is kept.',
      'Try again, or stop the machine, attach the old root volume by hand under its old device name, and start the machine.',
    ],
  ],
  'restore-root-slow': [
    [
      'any',
      {
        code: 'restore-root-slow',
        instanceId: 'i-1',
        taskId: 'replacevol-1',
        state: 'in-progress',
        afterMs: 3_600_000,
      },
      'EC2 has not ended the replacement of the root volume of i-1 (replacevol-1) after 1 h: in-progress.',
      'Look at the task in the EC2 console, then try again: the bot goes on waiting.',
    ],
  ],
  'restore-replicated-silent': [
    [
      'any',
      { code: 'restore-replicated-silent', afterMs: 600_000 },
      'Replicated was not ready within 10 min of its restart.',
      'See “sudo replicatedctl system status” and the logs of its services on the machine, then try again.',
    ],
  ],
  'restore-address-wrong': [
    [
      'any',
      { code: 'restore-address-wrong', found: '10.20.1.12', expected: '10.20.1.77' },
      'Replicated works with the address 10.20.1.12, not with the machine’s own 10.20.1.77.',
      'Look at its settings at port 8800 and at its files on the machine, then try again.',
    ],
  ],
  'restore-host-wrong': [
    [
      'another one',
      { code: 'restore-host-wrong', found: 'ci.example.com', expected: 'ci2.example.com' },
      'CircleCI’s settings have the host name ci.example.com, not ci2.example.com.',
      'Set it at port 8800, then try again.',
    ],
    [
      'none',
      { code: 'restore-host-wrong', expected: 'ci2.example.com' },
      'CircleCI’s settings have no host name, not ci2.example.com.',
      'Set it at port 8800, then try again.',
    ],
  ],
  'restore-web-silent': [
    [
      'any',
      {
        code: 'restore-web-silent',
        what: 'CircleCI',
        url: 'https://ci.example.com/',
        last: 'connection refused',
        afterMs: 600_000,
      },
      'CircleCI did not answer at https://ci.example.com/ within 10 min: connection refused.',
      'See whether its security groups let the bot in, and what CircleCI’s console at port 8800 says, then try again.',
    ],
  ],
  'restore-mounts-missing': [
    [
      'any',
      { code: 'restore-mounts-missing', missing: ['/data/objects (nfs4, nfs.example.com:/objects)'] },
      'Not mounted on the machine: /data/objects (nfs4, nfs.example.com:/objects).',
      'Put it back: mount it at the same place, then try again. CircleCI may keep large objects there.',
    ],
  ],
  'restore-not-undone': [
    [
      'any',
      { code: 'restore-not-undone', left: ['vol-1 is still attached', 'vol-2 is still attached'] },
      'Not everything could be put back: vol-1 is still attached and vol-2 is still attached.',
      'Look at it in the EC2 console.',
    ],
  ],
};
