import ssh2 from 'ssh2';

/** A private key in OpenSSH's form, another one each time. */
export function newPrivateKey(): string {
  return ssh2.utils.generateKeyPairSync('ed25519').private;
}
