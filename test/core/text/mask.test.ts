import fc from 'fast-check';
import { type LineChange, linesWith, rewriteAddresses } from '../../../src/core/restore/rewrite-addresses.ts';
import { nameIn } from '../../../src/core/text/mask.ts';

const OLD = '10.20.1.12';
const NEW = '10.20.7.9';
const SECRET = 'hunter2-Q7Lw2';

function shown(line: string): Pick<LineChange, 'before' | 'after'> | undefined {
  const [change] = rewriteAddresses(line, [{ from: OLD, to: NEW }]).changes;
  return change === undefined ? undefined : { before: change.before, after: change.after };
}

describe('of a line that changes people see names of variables, the address, and nothing else', () => {
  test.each([
    ['PRIVATE_ADDRESS=10.20.1.12', 'PRIVATE_ADDRESS=10.20.1.12'],
    ['  export NO_PROXY=10.20.1.12', 'NO_PROXY=10.20.1.12'],
    ['#DAEMON_HOST=10.20.1.12', 'DAEMON_HOST=10.20.1.12'],
    ['DAEMON_ENDPOINT="[10.20.1.12]:9879"', 'DAEMON_ENDPOINT=…10.20.1.12…'],
    ['# was 10.20.1.12', '…10.20.1.12'],
    [
      "OPTS=' -e NODENAME=ci -e DAEMON_HOST=10.20.1.12 -e B=10.20.1.12'",
      'OPTS=…DAEMON_HOST=10.20.1.12…B=10.20.1.12…',
    ],
    ['OPTS=--env NO_PROXY=localhost,10.20.1.12,10.20.1.12', 'OPTS=…NO_PROXY=…10.20.1.12…10.20.1.12'],
    [`HTTP_PROXY=user:${SECRET}@10.20.1.12:3128`, 'HTTP_PROXY=…10.20.1.12…'],
    [`http_proxy=http://user:${SECRET}@10.20.1.12`, 'http_proxy=…10.20.1.12'],
    [`CURL="-H 'Authorization: Bearer ${SECRET}' 10.20.1.12"`, 'CURL=…10.20.1.12…'],
    [`# 10.20.1.12 had the password ${SECRET}`, '…10.20.1.12…'],
    [`PW=${SECRET} HOST=10.20.1.12`, 'PW=…10.20.1.12'],
    [`OPTS+=" -p${SECRET} 10.20.1.12"`, 'OPTS=…10.20.1.12…'],
    [`OPTS="-password ${SECRET} -e A=10.20.1.12"`, 'OPTS=…A=10.20.1.12…'],
    [`DB=mongodb://u:p@${SECRET}@10.20.1.12`, 'DB=…10.20.1.12'],
    [`X=$(vault read ${SECRET}) Y=10.20.1.12`, 'X=…10.20.1.12'],
    [`${SECRET}10.20.1.12`, undefined],
    [`${SECRET}=10.20.1.12`, '…10.20.1.12'],
    [`JBSWY3DPEHPK3PXP=10.20.1.12`, '…10.20.1.12'],
    [`PRIVATE==10.20.1.12`, '…10.20.1.12'],
    [`{"secret": "${SECRET}", "host": "10.20.1.12"}`, '…10.20.1.12…'],
    [`${SECRET}\t10.20.1.12`, '…10.20.1.12'],
  ])('%s', (line, before) => {
    expect(shown(line)).toEqual(
      before === undefined ? undefined : { before, after: before.replaceAll(OLD, NEW) },
    );
  });

  test('whatever is on it', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        SECRET,
        OLD,
        ' -e ',
        ' --env ',
        'PW=',
        'A_B=',
        '"',
        "'",
        '@',
        ':',
        ' ',
        '=',
        '+',
        '#',
        '$(',
        '-p',
        '\\',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const line = pieces.join('').replace(/[\r\n]/g, ' ');
        const seen = JSON.stringify([
          rewriteAddresses(line, [{ from: OLD, to: NEW }]).changes,
          linesWith(line, [OLD]),
        ]);
        expect(seen).not.toContain('hunter2');
        expect(seen).not.toContain('Lw2');
      }),
      { numRuns: 2_000 },
    );
  });

  test('a line of addresses alone is not shown without end', () => {
    expect(shown(`A=${`${OLD},`.repeat(5_000)}`)?.before.length).toBeLessThan(300);
  });
});

test.each([
  ['PRIVATE_ADDRESS = 10.20.1.12', 'PRIVATE_ADDRESS'],
  ['export S3=x', 'S3'],
  ['10.20.1.12 host', undefined],
  [`${SECRET}=x`, undefined],
])('%s sets %s', (line, name) => {
  expect(nameIn(line)).toBe(name);
});
