import type { MachineProblem } from '../../../src/core/problems/machine.ts';
import type { ServicesMachineProblem } from '../../../src/core/problems/services-machine.ts';

type MachineOrItsServices = MachineProblem | ServicesMachineProblem;

const AGAIN = 'Look at the machine, then try again: it looks first at what was done already.';
const CONSOLE = 'Look at the console at port 8800 and at “sudo replicatedctl app status”, then try again.';

/** The sentences of machines over SSH and of what is done on them, pinned. */
const LOOK_AT_KEY =
  'Look on the machine itself (Session Manager, or EC2’s serial console): if “ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub”, or the same of another of its keys, prints that fingerprint, set SSH_HOST_KEY=SHA256:abc, start the bot again and try again.';

export const MACHINE_SENTENCES: {
  [C in MachineOrItsServices['code']]: [
    what: string,
    problem: Extract<MachineOrItsServices, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'ssh-unreachable': [
    [
      'any',
      { code: 'ssh-unreachable', host: '10.0.0.1', port: 22, sinceMs: 1, last: 'the connection was refused' },
      'The machine does not answer SSH at 10.0.0.1, port 22: the connection was refused.',
      'See that it runs, and that its security groups let the bot in at that port.',
    ],
  ],
  'ssh-refused': [
    [
      'any',
      { code: 'ssh-refused', host: '10.0.0.1', user: 'ubuntu' },
      'The machine at 10.0.0.1 did not take the bot’s key for the user ubuntu.',
      'Set SSH_USER and SSH_PRIVATE_KEY_FILE to a key that it knows.',
    ],
  ],
  'ssh-key-unusable': [
    [
      'any',
      { code: 'ssh-key-unusable' },
      'The bot’s SSH key cannot be used: it is no private key that the bot can read, or it needs a passphrase.',
      'Set SSH_PRIVATE_KEY_FILE to a private key without a passphrase (PEM or OpenSSH), and start the bot again.',
    ],
  ],
  'ssh-flooded': [
    [
      'any',
      { code: 'ssh-flooded', host: '10.0.0.1', during: 'nomad status', limitBytes: 8 * 1024 * 1024 },
      'The machine at 10.0.0.1 printed more than 8 MiB during “nomad status”, so that the bot stopped reading.',
      'Look at the machine: what it printed is not what was asked for.',
    ],
  ],
  'ssh-dropped': [
    [
      'any',
      { code: 'ssh-dropped', host: '10.0.0.1', during: 'sync' },
      'The SSH connection to 10.0.0.1 broke off during “sync”.',
      'Try again: it looks first at what was done already.',
    ],
  ],
  'ssh-timeout': [
    [
      'any',
      { code: 'ssh-timeout', host: '10.0.0.1', during: 'sync', afterMs: 60_000 },
      'The machine at 10.0.0.1 did not finish “sync” in time.',
      AGAIN,
    ],
  ],
  'host-key-unknown': [
    [
      'no console',
      { code: 'host-key-unknown', host: '10.0.0.1', seen: 'SHA256:abc' },
      'Nothing confirms the host key of 10.0.0.1: it showed SHA256:abc.',
      LOOK_AT_KEY,
    ],
    [
      'a console that contradicts itself',
      {
        code: 'host-key-unknown',
        host: '10.0.0.1',
        seen: 'SHA256:abc',
        contradiction: ['SHA256:d', 'SHA256:e'],
      },
      'The console of 10.0.0.1 shows host keys that differ (SHA256:d, SHA256:e), so nothing confirms the one that it showed: SHA256:abc. Nothing was sent to it.',
      LOOK_AT_KEY,
    ],
  ],
  'host-key-wrong': [
    [
      'any',
      { code: 'host-key-wrong', host: '10.0.0.1', seen: 'SHA256:abc', trusted: ['SHA256:d', 'SHA256:e'] },
      'The machine at 10.0.0.1 showed the host key SHA256:abc, not SHA256:d or SHA256:e. Nothing was sent to it.',
      'Find out which machine answers there before anything else.',
    ],
  ],
  'address-unusable': [
    [
      'docker0',
      { code: 'address-unusable', address: '172.17.0.1' },
      'The address 172.17.0.1 is none that a machine’s own network interface can have.',
      'Look at the addresses of the instance in the EC2 console. No file was changed.',
    ],
  ],
  'shell-unusable': [
    [
      'any',
      { code: 'shell-unusable', during: 'sync' },
      'The machine let the bot in, but did not run its commands, so that “sync” could not be done.',
      'Set SSH_USER to a user with a shell of its own, such as ubuntu or centos: root often has none on AWS. Then start the bot again and try again.',
    ],
  ],
  'sudo-missing': [
    [
      'any',
      { code: 'sudo-missing', during: 'sync' },
      'The machine has no sudo, so that “sync” could not be done.',
      'Install sudo there, and let the user in SSH_USER use it without a password.',
    ],
  ],
  'sudo-refused': [
    [
      'any',
      { code: 'sudo-refused', during: 'sync' },
      'The machine’s sudo asks for a password or a terminal, so that “sync” could not be done.',
      'Let the user in SSH_USER use sudo there without a password (NOPASSWD) and without a terminal (!requiretty), then try again.',
    ],
  ],
  'replicated-files-missing': [
    [
      'both folders',
      { code: 'replicated-files-missing', folders: ['/etc/default', '/etc/sysconfig'] },
      'The machine has none of Replicated’s files in /etc/default and /etc/sysconfig.',
      'See whether this is the Services machine, and whether Replicated is installed on it.',
    ],
  ],
  'file-is-directory': [
    [
      'any',
      { code: 'file-is-directory', path: '/etc/default/replicated' },
      'At /etc/default/replicated stands a directory, not a file. Nothing was changed.',
      'Replicated cannot read its settings there either. Put its file back, for example from a backup, then try again.',
    ],
  ],
  'file-unreadable': [
    [
      'any',
      { code: 'file-unreadable', path: '/etc/default/replicated' },
      'The file /etc/default/replicated cannot be read, even as root. Nothing was changed.',
      'See on the machine what it is (a broken link, a fault of the disk), repair it, then try again.',
    ],
  ],
  'file-changed': [
    [
      'any',
      { code: 'file-changed', path: '/etc/default/replicated' },
      'The file /etc/default/replicated changed after it was looked at. It was left alone.',
      'Find out who else works on the machine, then start again with a new plan.',
    ],
  ],
  'file-original-taken': [
    [
      'any',
      {
        code: 'file-original-taken',
        path: '/etc/default/replicated',
        keptAt: '/etc/default/replicated.circleci-backup-rs-1',
      },
      'The file /etc/default/replicated was left alone: /etc/default/replicated.circleci-backup-rs-1 already keeps another original.',
      'Compare the two, move the kept one away, then try again.',
    ],
  ],
  'file-not-written': [
    [
      'any',
      { code: 'file-not-written', path: '/etc/default/replicated', exitCode: 94 },
      'A new /etc/default/replicated could not be written beside the old one (exit code 94). The old one is as it was.',
      'See whether the disk is full or mounted for reading only, then try again.',
    ],
  ],
  'originals-not-removed': [
    [
      'any',
      { code: 'originals-not-removed', exitCode: 95 },
      'An original that is kept beside Replicated’s files could not be removed (exit code 95).',
      'See whether the disk is mounted for reading only, then try again.',
    ],
  ],
  'disk-full': [
    [
      'no space',
      {
        code: 'disk-full',
        path: '/etc/default/replicated',
        device: '/dev/xvda1',
        mountedAt: '/',
        lacks: 'space',
      },
      'The disk is full: no space is left on / (/dev/xvda1), so that /etc/default/replicated could not be written. It is as it was.',
      'Make room on the machine: “sudo du -xh / | sort -h | tail -30” shows what is large; old logs in /var/log may go. Do not type “docker system prune”: it removes every stopped container, CircleCI’s as well. Then try again.',
    ],
    [
      'no inodes',
      {
        code: 'disk-full',
        path: '/etc/default/replicated',
        device: '/dev/xvda1',
        mountedAt: '/',
        lacks: 'inodes',
      },
      'The disk is full: no room for more files (inodes) is left on / (/dev/xvda1), so that /etc/default/replicated could not be written. It is as it was.',
      'Make room on the machine: “sudo du -x --inodes / | sort -n | tail -30” shows where the many files are; old logs in /var/log may go. Do not type “docker system prune”: it removes every stopped container, CircleCI’s as well. Then try again.',
    ],
  ],
  'replicatedctl-missing': [
    [
      'any',
      { code: 'replicatedctl-missing' },
      'The machine has no command replicatedctl.',
      'See whether this is the Services machine, and whether Replicated 2.x is installed on it.',
    ],
  ],
  'replicatedctl-failed': [
    [
      'with a code',
      { code: 'replicatedctl-failed', command: 'replicatedctl app start', exitCode: 1 },
      'The command “replicatedctl app start” failed on the machine (exit code 1).',
      'Type “sudo replicatedctl app start” there to see why, then try again.',
    ],
    [
      'by a signal',
      { code: 'replicatedctl-failed', command: 'replicatedctl app start' },
      'The command “replicatedctl app start” failed on the machine (ended by a signal).',
      'Type “sudo replicatedctl app start” there to see why, then try again.',
    ],
  ],
  'replicatedctl-silent': [
    [
      'any',
      { code: 'replicatedctl-silent', command: 'replicatedctl app status', afterMs: 60_000 },
      'The command “replicatedctl app status” has not answered for 1 min: it hangs.',
      'Type “sudo replicatedctl app status” on the machine. If it hangs for you too, restart Replicated (“sudo systemctl restart replicated”, on Ubuntu 14.04 “sudo service replicated restart”), then try again.',
    ],
  ],
  'answer-unclear': [
    [
      'any',
      { code: 'answer-unclear', command: 'replicatedctl app status' },
      'The command “replicatedctl app status” did not answer in a form that the bot knows.',
      'Type “sudo replicatedctl app status” on the machine to see what it says, then try again.',
    ],
  ],
  'nomad-missing': [
    [
      'any',
      { code: 'nomad-missing' },
      'The machine has no command nomad, so that nothing says whether builds are running.',
      'Look at the builds in CircleCI before going on.',
    ],
  ],
  'nomad-mounted': [
    [
      'any',
      { code: 'nomad-mounted', path: '/opt/nomad' },
      'Something is mounted at /opt/nomad, so that the bot did not remove Nomad’s state.',
      'Unmount it, or remove the state by hand, then try again.',
    ],
  ],
  'services-missing': [
    [
      'any',
      { code: 'services-missing' },
      'The machine has neither systemctl nor service, so that Replicated could not be restarted.',
      'Restart replicated and then replicated-operator by hand, then try again.',
    ],
  ],
  'service-restart-failed': [
    [
      'the first',
      { code: 'service-restart-failed', service: 'replicated', restarted: [], exitCode: 1 },
      'The service replicated could not be restarted (exit code 1).',
      'See on the machine why (“systemctl status replicated” or /var/log), then try again.',
    ],
    [
      'the second',
      {
        code: 'service-restart-failed',
        service: 'replicated-operator',
        restarted: ['replicated'],
        exitCode: 5,
      },
      'The service replicated-operator could not be restarted (exit code 5). Restarted before it: replicated.',
      'See on the machine why (“systemctl status replicated-operator” or /var/log), then try again.',
    ],
  ],
  'app-not-started': [
    [
      'any',
      { code: 'app-not-started', state: 'starting', afterMs: 600_000 },
      'The application has not started within 10 min: Replicated says “starting”.',
      CONSOLE,
    ],
    [
      'and nobody knows why',
      { code: 'app-not-started', afterMs: 600_000 },
      'The application has not started within 10 min, and Replicated does not say how far it is.',
      CONSOLE,
    ],
  ],
  'app-not-stopped': [
    [
      'any',
      { code: 'app-not-stopped', state: 'stopping', afterMs: 600_000 },
      'The application has not stopped within 10 min: Replicated says “stopping”.',
      CONSOLE,
    ],
    [
      'and nobody knows why',
      { code: 'app-not-stopped', afterMs: 600_000 },
      'The application has not stopped within 10 min, and Replicated does not say how far it is.',
      CONSOLE,
    ],
  ],
  'machine-command-failed': [
    [
      'any',
      { code: 'machine-command-failed', during: 'sync', exitCode: 1 },
      'The step “sync” failed on the machine (exit code 1).',
      'Look at the machine (a full disk, a file system for reading only), then try again.',
    ],
  ],
};
