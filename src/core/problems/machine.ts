import { bytesInWords } from '../text/words.ts';
import type { Explanations } from './explanation.ts';

/** What can go wrong with a machine over SSH. */
export type MachineProblem =
  | { code: 'ssh-unreachable'; host: string; port: number; sinceMs: number; last: string }
  | { code: 'ssh-refused'; host: string; user: string }
  | { code: 'ssh-key-unusable' }
  | { code: 'ssh-flooded'; host: string; during: string; limitBytes: number }
  | { code: 'ssh-dropped'; host: string; during: string }
  | { code: 'ssh-timeout'; host: string; during: string; afterMs: number }
  /** `contradiction`: what the machine's console shows, where that cannot all be true. */
  | { code: 'host-key-unknown'; host: string; seen: string; contradiction?: string[] }
  | { code: 'host-key-wrong'; host: string; seen: string; trusted: string[] };

export const MACHINE_PROBLEMS: Explanations<MachineProblem> = {
  'ssh-unreachable': ({ host, port, last }) => ({
    reason: `The machine does not answer SSH at ${host}, port ${port}: ${last}.`,
    next: 'See that it runs, and that its security groups let the bot in at that port.',
  }),
  'ssh-refused': ({ host, user }) => ({
    reason: `The machine at ${host} did not take the bot’s key for the user ${user}.`,
    next: 'Set SSH_USER and SSH_PRIVATE_KEY_FILE to a key that it knows.',
  }),
  'ssh-key-unusable': () => ({
    reason:
      'The bot’s SSH key cannot be used: it is no private key that the bot can read, or it needs a passphrase.',
    next: 'Set SSH_PRIVATE_KEY_FILE to a private key without a passphrase (PEM or OpenSSH), and start the bot again.',
  }),
  'ssh-flooded': ({ host, during, limitBytes }) => ({
    reason: `The machine at ${host} printed more than ${bytesInWords(limitBytes)} during “${during}”, so that the bot stopped reading.`,
    next: 'Look at the machine: what it printed is not what was asked for.',
  }),
  'ssh-dropped': ({ host, during }) => ({
    reason: `The SSH connection to ${host} broke off during “${during}”.`,
    next: 'Try again: it looks first at what was done already.',
  }),
  'ssh-timeout': ({ host, during }) => ({
    reason: `The machine at ${host} did not finish “${during}” in time.`,
    next: 'Look at the machine, then try again: it looks first at what was done already.',
  }),
  'host-key-unknown': ({ host, seen, contradiction }) => ({
    reason:
      contradiction === undefined
        ? `Nothing confirms the host key of ${host}: it showed ${seen}.`
        : `The console of ${host} shows host keys that differ (${contradiction.join(', ')}), so nothing confirms the one that it showed: ${seen}. Nothing was sent to it.`,
    next: `Look on the machine itself (Session Manager, or EC2’s serial console): if “ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub”, or the same of another of its keys, prints that fingerprint, set SSH_HOST_KEY=${seen}, start the bot again and try again.`,
  }),
  'host-key-wrong': ({ host, seen, trusted }) => ({
    reason: `The machine at ${host} showed the host key ${seen}, not ${trusted.join(' or ')}. Nothing was sent to it.`,
    next: 'Find out which machine answers there before anything else.',
  }),
};
