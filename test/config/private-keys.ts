import ssh2 from 'ssh2';

/** A private key in OpenSSH's form, another one each time. */
export function newPrivateKey(): string {
  // One in 256 has a public half that begins with a zero, which ssh2's own generator leaves out.
  for (;;) {
    const { private: text } = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(text) instanceof Error)) return text;
  }
}
