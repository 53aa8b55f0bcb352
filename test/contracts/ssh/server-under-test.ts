import type { SshAddress } from '../../../src/core/model/ssh-access.ts';

/** An SSH server that runs commands with a POSIX shell, on 127.0.0.1. */
export interface SshServer {
  port: number;
  user: string;
  /** Taken by the server, and one that is not. */
  privateKey: string;
  strangersKey: string;
  /** Fingerprints as `ssh-keygen -lf` prints them. */
  hostKeys: { ed25519: string; rsa: string };
  /** Ends every connection at once, without a word. */
  drop(): void;
  close(): Promise<void>;
}

export function addressOf({
  port,
  user,
  privateKey,
  hostKeys,
}: Pick<SshServer, 'port' | 'user' | 'privateKey' | 'hostKeys'>): SshAddress {
  return { host: '127.0.0.1', port, user, privateKey, hostKeys: [hostKeys.ed25519] };
}
