import type { SshAddress } from '../ports/ssh.ts';

/** How the bot logs in to a target's machines. Holds a secret: it is never stored, logged or shown. */
export interface SshAccess {
  user: string;
  port: number;
  /** The private key as text. Secret. */
  privateKey: string;
  /** Fingerprints that an operator vouches for, besides those that a machine's console shows. */
  hostKeys: string[];
  /** Which of a machine's addresses the bot can reach. */
  address: 'private' | 'public';
}

/** Where a machine's SSH is, with whom to trust there. */
export function sshAddress(access: SshAccess, host: string, hostKeys: readonly string[]): SshAddress {
  const { user, port, privateKey } = access;
  return { host, port, user, privateKey, hostKeys };
}
