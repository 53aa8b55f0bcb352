import { createHash } from 'node:crypto';
import { trimEndOf } from '../../core/text/text.ts';

/** The algorithms by kind of key, in the order in which the bot asks for them. */
export const KEY_KINDS = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  // OpenSSH 6.6 of Ubuntu 14.04 signs with SHA-1 alone; what is trusted is the key, by its fingerprint.
  ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
] as const;

export type KeyKind = (typeof KEY_KINDS)[number];

/** `SHA256:…` as `ssh-keygen -lf` prints it, of a public key as it goes over the wire. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${trimEndOf(createHash('sha256').update(key).digest('base64'), '=')}`;
}
