import { readConfig } from '../../../src/config/config.ts';
import { filesOf, LEAST } from '../environment.ts';
import { newPrivateKey } from '../private-keys.ts';

const KEY = newPrivateKey();
const OTHER = newPrivateKey();
const FILES: Record<string, string> = {
  '/keys/services': KEY,
  '/keys/other': OTHER,
  '/keys/services.pub':
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ana',
};
const readFile = filesOf(FILES);

function sshWith(env: Record<string, string>) {
  const read = readConfig({ ...LEAST, ...env }, readFile);
  return read.ok ? read.config.targets[0]?.ssh : read.message;
}

describe('how the bot logs in', () => {
  test('not at all without a key', () => {
    expect(sshWith({})).toBeUndefined();
    expect(sshWith({ SSH_USER: 'centos' })).toBeUndefined();
  });

  test('as ubuntu at port 22 of the private address, unless it is said otherwise', () => {
    expect(sshWith({ SSH_PRIVATE_KEY_FILE: '/keys/services' })).toEqual({
      user: 'ubuntu',
      port: 22,
      privateKey: KEY,
      hostKeys: [],
      address: 'private',
    });
    const all = {
      SSH_USER: 'centos',
      SSH_PORT: '2222',
      SSH_ADDRESS: 'public',
      SSH_PRIVATE_KEY_FILE: '/keys/other',
    };
    expect(sshWith(all)).toMatchObject({
      user: 'centos',
      port: 2222,
      address: 'public',
      privateKey: OTHER,
    });
  });

  test('takes host keys as fingerprints and as public keys', () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github';
    const fingerprint = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';
    const ssh = sshWith({ SSH_PRIVATE_KEY_FILE: '/keys/services', SSH_HOST_KEY: `${key}, ${fingerprint}` });
    // GitHub publishes the fingerprint of this key of its own.
    const known = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU';
    expect(ssh).toMatchObject({ hostKeys: [known, fingerprint] });
  });

  test.each([
    [
      'a key that is not there',
      { SSH_PRIVATE_KEY_FILE: '/keys/none' },
      "At 'SSH_PRIVATE_KEY_FILE': the file cannot be read: there is no such file.",
    ],
    [
      'a public key',
      { SSH_PRIVATE_KEY_FILE: '/keys/services.pub' },
      "At 'SSH_PRIVATE_KEY_FILE': the file holds a public key. Name the file of the private one, usually the same name without .pub.",
    ],
    [
      'an address that is neither',
      { SSH_ADDRESS: 'both' },
      'At \'SSH_ADDRESS\': "both" is neither private nor public.',
    ],
    ['a host key that is none', { SSH_HOST_KEY: 'aa:bb' }, 'At \'SSH_HOST_KEY\': "aa:bb" is not a host key.'],
  ])('the bot does not start with %s', (_what, env, message) => {
    expect(sshWith(env)).toContain(message);
  });

  test('its key is a secret', () => {
    const read = readConfig({ ...LEAST, SSH_PRIVATE_KEY_FILE: '/keys/services' }, readFile);
    expect(read.ok && read.config.secrets).toContain(KEY.trim());
  });
});
