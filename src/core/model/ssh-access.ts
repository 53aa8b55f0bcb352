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

/** Where a machine's SSH is, and whom to trust there. */
export interface SshAddress {
  /** An IP address, or a name. */
  host: string;
  port: number;
  user: string;
  /** The private key as text (PEM or OpenSSH). Secret. */
  privateKey: string;
  /**
   * Fingerprints (`SHA256:` and 43 characters of base64, as `ssh-keygen -lf` prints them) of which the machine must show
   * one. Empty: nothing is trusted, so the connection ends with the problem `host-key-unknown`, which says what was seen.
   */
  hostKeys: readonly string[];
}
