import { durationInWords, listInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can go wrong on a Services machine that answers over SSH. */
export type ServicesMachineProblem =
  | { code: 'address-unusable'; address: string }
  | { code: 'shell-unusable'; during: string }
  | { code: 'sudo-missing'; during: string }
  | { code: 'sudo-refused'; during: string }
  | { code: 'replicated-files-missing'; folders: string[] }
  | { code: 'file-is-directory'; path: string }
  | { code: 'file-unreadable'; path: string }
  | { code: 'file-changed'; path: string }
  | { code: 'file-original-taken'; path: string; keptAt: string }
  | { code: 'file-not-written'; path: string; exitCode?: number }
  | { code: 'originals-not-removed'; exitCode?: number }
  /** `lacks`: bytes, or inodes (as many small files as it can hold). */
  | { code: 'disk-full'; path: string; device: string; mountedAt: string; lacks: 'space' | 'inodes' }
  | { code: 'replicatedctl-missing' }
  | { code: 'replicatedctl-failed'; command: string; exitCode?: number }
  | { code: 'replicatedctl-silent'; command: string; afterMs: number }
  /** `saw`: what it printed, counted and not quoted: it may be secret. */
  | { code: 'answer-unclear'; command: string; saw?: string }
  | { code: 'nomad-missing' }
  | { code: 'nomad-mounted'; path: string }
  | { code: 'services-missing' }
  | { code: 'service-restart-failed'; service: string; restarted: string[]; exitCode?: number }
  /** `state`: as Replicated named it last; missing where it has not. */
  | { code: 'app-not-started'; state?: string; afterMs: number }
  | { code: 'app-not-stopped'; state?: string; afterMs: number }
  | { code: 'machine-command-failed'; during: string; exitCode?: number };

const LOOK_AT_REPLICATED =
  'Look at the console at port 8800 and at “sudo replicatedctl app status”, then try again.';

/** What a full disk lacks, and how people find out what takes it. */
const IN_WORDS = {
  space: (at: string) => ({
    nothing: 'no space',
    look: `“sudo du -xh ${at} | sort -h | tail -30” shows what is large`,
  }),
  inodes: (at: string) => ({
    nothing: 'no room for more files (inodes)',
    look: `“sudo du -x --inodes ${at} | sort -n | tail -30” shows where the many files are`,
  }),
};

export const SERVICES_MACHINE_PROBLEMS: Explanations<ServicesMachineProblem> = {
  'address-unusable': ({ address }) => ({
    reason: `The address ${address} is none that a machine’s own network interface can have.`,
    next: 'Look at the addresses of the instance in the EC2 console. No file was changed.',
  }),
  'shell-unusable': ({ during }) => ({
    reason: `The machine let the bot in, but did not run its commands, so that “${during}” could not be done.`,
    next: 'Set SSH_USER to a user with a shell of its own, such as ubuntu or centos: root often has none on AWS. Then start the bot again and try again.',
  }),
  'sudo-missing': ({ during }) => ({
    reason: `The machine has no sudo, so that “${during}” could not be done.`,
    next: 'Install sudo there, and let the user in SSH_USER use it without a password.',
  }),
  'sudo-refused': ({ during }) => ({
    reason: `The machine’s sudo asks for a password or a terminal, so that “${during}” could not be done.`,
    next: 'Let the user in SSH_USER use sudo there without a password (NOPASSWD) and without a terminal (!requiretty), then try again.',
  }),
  'replicated-files-missing': ({ folders }) => ({
    reason: `The machine has none of Replicated’s files in ${listInWords(folders)}.`,
    next: 'See whether this is the Services machine, and whether Replicated is installed on it.',
  }),
  'file-is-directory': ({ path }) => ({
    reason: `At ${path} stands a directory, not a file. Nothing was changed.`,
    next: 'Replicated cannot read its settings there either. Put its file back, for example from a backup, then try again.',
  }),
  'file-unreadable': ({ path }) => ({
    reason: `The file ${path} cannot be read, even as root. Nothing was changed.`,
    next: 'See on the machine what it is (a broken link, a fault of the disk), repair it, then try again.',
  }),
  'file-changed': ({ path }) => ({
    reason: `The file ${path} changed after it was looked at. It was left alone.`,
    next: 'Find out who else works on the machine, then start again with a new plan.',
  }),
  'file-original-taken': ({ path, keptAt }) => ({
    reason: `The file ${path} was left alone: ${keptAt} already keeps another original.`,
    next: 'Compare the two, move the kept one away, then try again.',
  }),
  'file-not-written': ({ path, exitCode }) => ({
    reason: `A new ${path} could not be written beside the old one${exit(exitCode)}. The old one is as it was.`,
    next: 'See whether the disk is full or mounted for reading only, then try again.',
  }),
  'originals-not-removed': ({ exitCode }) => ({
    reason: `An original that is kept beside Replicated’s files could not be removed${exit(exitCode)}.`,
    next: 'See whether the disk is mounted for reading only, then try again.',
  }),
  'disk-full': ({ path, device, mountedAt, lacks }) => {
    const { nothing, look } = IN_WORDS[lacks](mountedAt);
    return {
      reason: `The disk is full: ${nothing} is left on ${mountedAt} (${device}), so that ${path} could not be written. It is as it was.`,
      next:
        `Make room on the machine: ${look}; old logs in /var/log may go. Do not type “docker system prune”: it removes every ` +
        'stopped container, CircleCI’s as well. Then try again.',
    };
  },
  'replicatedctl-missing': () => ({
    reason: 'The machine has no command replicatedctl.',
    next: 'See whether this is the Services machine, and whether Replicated 2.x is installed on it.',
  }),
  'replicatedctl-failed': ({ command, exitCode }) => ({
    reason: `The command “${command}” failed on the machine${exit(exitCode)}.`,
    next: `Type “sudo ${command}” there to see why, then try again.`,
  }),
  'replicatedctl-silent': ({ command, afterMs }) => ({
    reason: `The command “${command}” has not answered for ${durationInWords(afterMs)}: it hangs.`,
    next:
      `Type “sudo ${command}” on the machine. If it hangs for you too, restart Replicated (“sudo systemctl restart replicated”, ` +
      'on Ubuntu 14.04 “sudo service replicated restart”), then try again.',
  }),
  'answer-unclear': ({ command, saw }) => ({
    reason: `The command “${command}” did not answer in a form that the bot knows${saw === undefined ? '' : `: it printed ${saw}`}.`,
    next: `Type “sudo ${command}” on the machine to see what it says, then try again.`,
  }),
  'nomad-missing': () => ({
    reason: 'The machine has no command nomad, so that nothing says whether builds are running.',
    next: 'Look at the builds in CircleCI before going on.',
  }),
  'nomad-mounted': ({ path }) => ({
    reason: `Something is mounted at ${path}, so that the bot did not remove Nomad’s state.`,
    next: 'Unmount it, or remove the state by hand, then try again.',
  }),
  'services-missing': () => ({
    reason: 'The machine has neither systemctl nor service, so that Replicated could not be restarted.',
    next: 'Restart replicated and then replicated-operator by hand, then try again.',
  }),
  'service-restart-failed': ({ service, restarted, exitCode }) => ({
    reason:
      `The service ${service} could not be restarted${exit(exitCode)}.` +
      (restarted.length === 0 ? '' : ` Restarted before it: ${listInWords(restarted)}.`),
    next: `See on the machine why (“systemctl status ${service}” or /var/log), then try again.`,
  }),
  'app-not-started': ({ state, afterMs }) => ({
    reason: notReached('started', state, afterMs),
    next: LOOK_AT_REPLICATED,
  }),
  'app-not-stopped': ({ state, afterMs }) => ({
    reason: notReached('stopped', state, afterMs),
    next: LOOK_AT_REPLICATED,
  }),
  'machine-command-failed': ({ during, exitCode }) => ({
    reason: `The step “${during}” failed on the machine${exit(exitCode)}.`,
    next: 'Look at the machine (a full disk, a file system for reading only), then try again.',
  }),
};

function exit(code: number | undefined): string {
  return code === undefined ? ' (ended by a signal)' : ` (exit code ${code})`;
}

function notReached(wanted: string, state: string | undefined, afterMs: number): string {
  const time = durationInWords(afterMs);
  return state === undefined
    ? `The application has not ${wanted} within ${time}, and Replicated does not say how far it is.`
    : `The application has not ${wanted} within ${time}: Replicated says “${state}”.`;
}
