import {
  findMentions,
  findSpellings,
  isMachineAddress,
  rewriteAddresses,
} from '../../../src/core/restore/rewrite-addresses.ts';
import {
  OPERATOR_BRACKETS,
  REPLICATED,
  REPLICATED_OPERATOR,
  REPLICATED_PROXY,
} from '../../contracts/replicated-texts.ts';

const PRIVATE = { from: '10.20.1.12', to: '10.20.7.9' };
const PUBLIC = { from: '203.0.113.40', to: '198.51.100.7' };

describe('rewriteAddresses', () => {
  it('changes what Replicated reads, and says so without its secrets', () => {
    const { text, changes } = rewriteAddresses(REPLICATED_OPERATOR, [PRIVATE, PUBLIC]);
    expect(text).toBe(`RELEASE_CHANNEL=stable
DAEMON_ENDPOINT=10.20.7.9:9879
DAEMON_TOKEN=q7Lw2example0Token
DAEMON_HOST=10.20.7.9
PRIVATE_ADDRESS=10.20.7.9
REPLICATED_OPERATOR_OPTS=" -e PUBLIC_ADDRESS=198.51.100.7 -e TAGS=local -e LOG_LEVEL=info -e NODENAME=ip-10-20-1-12.ec2.internal"
`);
    expect(changes.map(({ line }) => line)).toEqual([2, 4, 5, 6]);
    expect(changes[0]).toEqual({
      line: 2,
      before: 'DAEMON_ENDPOINT=10.20.1.12…',
      after: 'DAEMON_ENDPOINT=10.20.7.9…',
      comment: false,
    });
  });

  it('leaves token and node name alone', () => {
    const { text, changes } = rewriteAddresses(REPLICATED, [PRIVATE]);
    expect(text).toBe(REPLICATED.replace('=10.20.1.12\n', '=10.20.7.9\n'));
    expect(changes).toHaveLength(1);
  });

  it('changes lists and brackets', () => {
    const proxy = rewriteAddresses(REPLICATED_PROXY, [PRIVATE]);
    expect(proxy.text).toBe(REPLICATED_PROXY.replaceAll('10.20.1.12', '10.20.7.9'));
    expect(proxy.changes[1]?.after).toBe('REPLICATED_OPTS=…NO_PROXY=10.20.7.9…');
    expect(rewriteAddresses(OPERATOR_BRACKETS, [PRIVATE]).text).toBe(
      'DAEMON_ENDPOINT=[10.20.7.9]:9879\nDAEMON_HOST=[10.20.7.9]\n',
    );
  });

  test.each([
    'A=10.20.1.120',
    'A=10.20.1.1',
    'A=110.20.1.12',
    'A=10.20.1.12.5',
    'A=5.10.20.1.12',
    'A=10.20.1.12.example.com',
    'A=ip-10.20.1.12',
    'A=10.20.1.12-old',
    'A=v10.20.1.12',
    'A=10.20.1.12_',
    'A=10x20x1x12',
    'A=ip-10-20-1-12',
    '',
  ])('leaves %j alone', (text) => {
    expect(rewriteAddresses(text, [PRIVATE])).toEqual({ text, changes: [] });
  });

  test.each([
    ['10.20.1.12', '10.20.7.9'],
    ['http://10.20.1.12/', 'http://10.20.7.9/'],
    ["'10.20.1.12'", "'10.20.7.9'"],
    ['10.20.1.12/32,10.20.1.12', '10.20.7.9/32,10.20.7.9'],
    ['::ffff:10.20.1.12', '::ffff:10.20.7.9'],
    ['\xff10.20.1.12\xff', '\xff10.20.7.9\xff'],
    ['A=10.20.1.12\r\nB=10.20.1.12\r\n', 'A=10.20.7.9\r\nB=10.20.7.9\r\n'],
    ['A=10.20.1.12\rB', 'A=10.20.7.9\rB'],
  ])('%j becomes %j', (before, after) => {
    expect(rewriteAddresses(before, [PRIVATE]).text).toBe(after);
  });

  it('shows lines without their ends, and tells comments apart', () => {
    const text = 'A=1\r\n  # moved from 10.20.1.12.\r\n; 10.20.1.12\nA=10.20.1.12 # here';
    expect(rewriteAddresses(text, [PRIVATE]).changes).toEqual([
      { line: 2, before: '…10.20.1.12…', after: '…10.20.7.9…', comment: true },
      { line: 3, before: '…10.20.1.12', after: '…10.20.7.9', comment: true },
      { line: 4, before: 'A=10.20.1.12…', after: 'A=10.20.7.9…', comment: false },
    ]);
  });

  it('lets two addresses change places', () => {
    const swap = [
      { from: '10.0.0.1', to: '10.0.0.2' },
      { from: '10.0.0.2', to: '10.0.0.1' },
    ];
    expect(rewriteAddresses('10.0.0.1 10.0.0.2', swap).text).toBe('10.0.0.2 10.0.0.1');
  });

  it('does nothing without an order', () => {
    expect(rewriteAddresses(REPLICATED, [])).toEqual({ text: REPLICATED, changes: [] });
  });

  test.each([
    '172.17.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '255.255.255.0',
    '10.20.1',
    '10.020.1.12',
    'ci',
  ])('refuses %s, old or new', (address) => {
    for (const change of [
      { from: address, to: '10.0.0.1' },
      { from: '10.0.0.1', to: address },
    ]) {
      expect(() => rewriteAddresses('', [change])).toThrow(
        expect.objectContaining({ problem: { code: 'address-unusable', address } }),
      );
    }
  });

  it('refuses two new addresses for one old one', () => {
    expect(() => rewriteAddresses('', [PRIVATE, { ...PRIVATE, to: '10.0.0.1' }])).toThrow('10.20.1.12');
    expect(rewriteAddresses('10.20.1.12', [PRIVATE, PRIVATE]).text).toBe('10.20.7.9');
  });
});

test.each([
  ['10.20.1.12', true],
  ['172.17.0.2', true],
  ['256.1.1.1', false],
  ['1.2.3.4.5', false],
  ['1.2.3.', false],
  ['::1', false],
])('%s is the address of a machine: %s', (address, expected) => {
  expect(isMachineAddress(address)).toBe(expected);
});

describe('findMentions', () => {
  it('names line, needle and variable only', () => {
    const text = 'export CIRCLE_URL="https://CI.example.com/x?token=s3cr3t"\r\n10.20.1.12 ci.example.com\n';
    expect(findMentions(text, ['10.20.1.12', 'ci.example.com'])).toEqual([
      { line: 1, needle: 'ci.example.com', name: 'CIRCLE_URL' },
      { line: 2, needle: '10.20.1.12' },
      { line: 2, needle: 'ci.example.com' },
    ]);
  });

  test.each([
    ['10.20.1.120', '10.20.1.12'],
    ['www.ci.example.com', 'ci.example.com'],
    ['ci.example.com.au', 'ci.example.com'],
    ['ciXexample.com', 'ci.example.com'],
    ['anything', ''],
  ])('not in %j: %j', (text, needle) => {
    expect(findMentions(text, [needle])).toEqual([]);
  });

  it('finds the longer of two that begin alike', () => {
    expect(findMentions('ci.example.com:8800', ['ci', 'ci.example.com', 'ci.example.com:8800'])).toEqual([
      { line: 1, needle: 'ci.example.com:8800' },
    ]);
  });
});

describe('findSpellings', () => {
  const OLD = ['10.20.1.12', '203.0.113.40'];

  test.each([
    [
      'DAEMON_ENDPOINT=ip-10-20-1-12.eu-west-1.compute.internal:9879',
      'ip-10-20-1-12.eu-west-1.compute.internal',
    ],
    ['DAEMON_HOST="ip-10-20-1-12.ec2.internal"', 'ip-10-20-1-12.ec2.internal'],
    ['DAEMON_HOST=[IP-10-20-1-12]', 'ip-10-20-1-12'],
    [
      'OPTS=" -e PUBLIC_ADDRESS=ec2-203-0-113-40.eu-west-1.compute.amazonaws.com -e X=1"',
      'ec2-203-0-113-40.eu-west-1.compute.amazonaws.com',
    ],
    ['A=https://ec2-203-0-113-40.compute-1.amazonaws.com:8800/x', 'ec2-203-0-113-40.compute-1.amazonaws.com'],
    ['NO_PROXY=a,10.20.1.12.nip.io,b', '10.20.1.12.nip.io'],
    ['A=10-20-1-12.corp.example.com', '10-20-1-12.corp.example.com'],
    ['A=https://ci:s3cr3t-10-20-1-12-x@h', '10-20-1-12'],
    ['A=[::ffff:a14:10c]:9879', '::ffff:a14:10c'],
    ['A=0:0:0:0:0:FFFF:0A14:010C', '0:0:0:0:0:ffff:0a14:010c'],
    ['A=::ffff:cb00:7128', '::ffff:cb00:7128'],
    ['A=12.1.20.10.in-addr.arpa', '12.1.20.10.in-addr.arpa'],
  ])('in %j: %j', (line, needle) => {
    const [found, ...more] = findSpellings(`X=1\n${line}\r\n`, OLD);
    expect(found).toEqual({ line: 2, needle, name: line.split('=')[0], isSpelling: true });
    expect(more).toEqual([]);
  });

  test.each([
    'OPTS=" -e NODENAME=ip-10-20-1-12.ec2.internal -e X=1"',
    'NODENAME="ip-10-20-1-12"',
    'A=10.20.1.12:9879',
    'A=ip-10-20-1-120.ec2.internal',
    'A=ip-110-20-1-12.ec2.internal',
    'A=ip-9-10-20-1-12',
    'A=ip-10-20-1-12-7',
    'A=::ffff:a14:10d',
    'A=2019-10-20-1-12',
  ])('not in %j', (line) => {
    expect(findSpellings(line, OLD)).toEqual([]);
  });

  it('reads 100 KB of its worst input at once', () => {
    const texts = [
      '-'.repeat(100_000),
      '10-'.repeat(33_000),
      ':'.repeat(100_000),
      '0:'.repeat(50_000),
      'a.'.repeat(50_000),
    ];
    for (const text of texts) expect(findSpellings(text, OLD)).toEqual([]);
  });
});
