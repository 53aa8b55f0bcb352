import { fingerprint } from './host-key.ts';

/**
 * What a boot prints on the console of EC2. `newHostKey`: cloud-init made a new one (a line of authorized_keys) and says so.
 * `forgedHostKey`: something else prints another one in the same form.
 */
export function bootText(boot: {
  hostname: string;
  at: number;
  newHostKey?: string;
  forgedHostKey?: string;
}): string {
  const { hostname, newHostKey, forgedHostKey } = boot;
  const at = new Date(boot.at).toUTCString();
  // As syslog writes it: `<14>Nov 23 03:14:00 ec2: `.
  const [, day = '', month = '', , time = ''] = at.split(' ');
  const ec2 = (line: string) => `<14>${month} ${day} ${time} ec2: ${line}`;
  const fingerprints = (key: string) => [
    ec2(''),
    ec2('#############################################################'),
    ec2('-----BEGIN SSH HOST KEY FINGERPRINTS-----'),
    ec2(`256 ${fingerprint(key)} root@${hostname} (ED25519)`),
    ec2('-----END SSH HOST KEY FINGERPRINTS-----'),
    ec2('#############################################################'),
  ];
  const keys =
    newHostKey === undefined
      ? []
      : [
          '[   21.004213] cloud-init[1287]: Generating public/private ed25519 key pair.',
          'ci-info: no authorized ssh keys fingerprints found for user root.',
          ...fingerprints(newHostKey),
          '-----BEGIN SSH HOST KEY KEYS-----',
          newHostKey,
          '-----END SSH HOST KEY KEYS-----',
        ];
  return [
    '[    0.000000] Linux version 4.4.0-1092-aws (buildd@lgw01-amd64-037)',
    `[    9.113902] cloud-init[1131]: Cloud-init v. 19.1 running 'init' at ${at}.`,
    ...keys,
    ...(forgedHostKey === undefined ? [] : fingerprints(forgedHostKey)),
    `[   24.650117] cloud-init[1640]: Cloud-init v. 19.1 finished at ${at}. Datasource DataSourceEc2Local.`,
    '',
    `${hostname} login: `,
    '',
  ].join('\r\n');
}
