import { maskSecrets } from '../../../src/core/text/mask.ts';

describe('maskSecrets', () => {
  test.each([
    ['DAEMON_TOKEN=q7Lw2example0Token', 'DAEMON_TOKEN=***'],
    ['export DB_PASSWORD = "two words"', 'export DB_PASSWORD = ***'],
    ["A='-e DAEMON_TOKEN=q7L -e NODENAME=ci'", "A='-e DAEMON_TOKEN=*** -e NODENAME=ci'"],
    ['A="-e DAEMON_TOKEN=q7L"', 'A="-e DAEMON_TOKEN=***'],
    ['TOKEN=abc"d e"\'f g\'h NEXT=1', 'TOKEN=*** NEXT=1'],
    ['TOKEN="with \\" in it" NEXT=1', 'TOKEN=*** NEXT=1'],
    ['TOKEN="no end 10.20.1.12', 'TOKEN=***'],
    ['{"aws_secret_access_key": "s3cr3t", "b": 1}', '{"aws_secret_access_key": *** "b": 1}'],
    ['circle_secret_passphrase: s3cr3t', 'circle_secret_passphrase: ***'],
    ['docker login --password s3cr3t --user u', 'docker login --password *** --user u'],
    ['HTTP_PROXY=http://u:p@10.20.0.5:3128', 'HTTP_PROXY=http://***@10.20.0.5:3128'],
    ['PRIVATE_ADDRESS=10.20.1.12', 'PRIVATE_ADDRESS=10.20.1.12'],
    ['NO_PROXY=10.20.1.12,localhost', 'NO_PROXY=10.20.1.12,localhost'],
    ['', ''],
  ])('%s', (line, masked) => {
    expect(maskSecrets(line)).toBe(masked);
  });
});
