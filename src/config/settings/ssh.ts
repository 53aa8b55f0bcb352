import { filePath } from '../formats/file-path.ts';
import { listOf, matching, oneOf, wholeNumber } from '../formats/format.ts';
import type { Setting } from './setting.ts';

const ADDRESSES = ['private', 'public'] as const;

/** How the bot logs in to the Services machine; without them it cannot restore, and does everything else. */
export const SSH = {
  SSH_USER: {
    scope: 'target',
    format: matching(/^[a-z_][a-z0-9_.-]{0,31}$/i, { what: 'is not a user name', use: 'Use the login name' }),
    fallback: 'ubuntu',
    help: 'The user on the Services machine, who may use sudo without a password.',
    example: 'ec2-user',
  },
  SSH_PRIVATE_KEY_FILE: {
    scope: 'target',
    format: filePath,
    secretFile: true,
    help: 'The file with the private key for it, without a passphrase.',
    example: '/run/secrets/services_key',
  },
  SSH_PORT: {
    scope: 'target',
    format: wholeNumber(1, 65_535),
    fallback: '22',
    help: 'Its SSH port.',
    example: '2222',
  },
  SSH_ADDRESS: {
    scope: 'target',
    format: oneOf(ADDRESSES, { what: 'is neither private nor public', use: 'Use one of the two' }),
    fallback: 'private',
    help: 'Which address of its machines the bot can reach: private (from the same network) or public.',
    example: 'public',
  },
  SSH_HOST_KEY: {
    scope: 'target',
    format: listOf(
      /^(SHA256:[A-Za-z0-9+/]{43}=?|(ssh|ecdsa)-[\w@.-]+ [A-Za-z0-9+/]{40,}=*( .*)?)$/,
      {
        what: 'is not a host key',
        use: 'Use the fingerprint that `ssh-keygen -lf` prints, or the whole public key',
      },
      /,/,
    ),
    help: 'The host keys of its machine of now, or their fingerprints, separated by commas; its console is then not asked. Machines that a restore launches are known by their own console.',
    example: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  },
} as const satisfies Record<string, Setting<unknown>>;
