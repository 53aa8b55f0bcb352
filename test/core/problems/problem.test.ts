import {
  explain,
  leavesUnconfirmedImage,
  type Problem,
  ProblemError,
} from '../../../src/core/problems/problem.ts';
import { SENTENCES } from './problem-sentences.ts';

const all = Object.values(SENTENCES)
  .flat()
  .map(([what, problem, reason, next]): { what: string; problem: Problem; reason: string; next: string } => ({
    what,
    problem,
    reason,
    next,
  }));

test.each(all)('$problem.code, $what', ({ problem, reason, next }) => {
  expect(explain(problem)).toEqual({ reason, next });
});

describe('every explanation', () => {
  /** What a person at a keyboard can do. */
  const DOING =
    /\b(?:Set|Start|start|Attach|Renew|Look|look|Wait|ask|See|Find out|type|Type|Free|Let|Install|Mount|Put|Compare|Unmount|Restart|Try again|repair|report|To remove them: aws)\b/;

  /** Of a run that made nothing there is nothing to do. */
  const nothingLeft = ({ problem }: { problem: Problem }) =>
    problem.code === 'canceled' && problem.imageId === undefined;

  test.each(all.filter((one) => !nothingLeft(one)))(
    'says what to do: $problem.code, $what',
    ({ problem }) => {
      expect(explain(problem).next).toMatch(DOING);
    },
  );

  test.each(all)('is written out: $problem.code, $what', ({ problem }) => {
    const { reason, next } = explain(problem);
    expect(reason).toMatch(/[.”]$/);
    for (const text of [reason, next]) {
      expect(text).toMatch(/^[A-Z0-9]/);
      expect(text).not.toMatch(/undefined|null|\[object|NaN|'|"|\.\.| {2}|\n/);
    }
  });
});

test('an error carries the problem as data, its words, and its cause', () => {
  const cause = new Error('socket hang up');
  const problem = { code: 'quota', action: 'CreateImage', awsCode: 'SnapshotLimitExceeded' } as const;
  const error = new ProblemError(problem, { cause });
  expect(error).toMatchObject({ name: 'ProblemError', problem, cause, message: explain(problem).reason });
});

test.each<[boolean, Problem]>([
  [true, { code: 'image-never-appeared', name: 'n', afterMs: 1 }],
  [true, { code: 'ec2-unavailable', action: 'CreateImage', awsCode: 'x', sinceMs: 1, imageName: 'n' }],
  [true, { code: 'credentials', awsCode: 'x', sinceMs: 1, imageName: 'n' }],
  [true, { code: 'unexpected', step: 'image', message: 'x' }],
  [true, { code: 'unexpected', step: 'engine', message: 'x' }],
  [false, { code: 'unexpected', step: 'find', message: 'x' }],
  [false, { code: 'ec2-unavailable', action: 'DescribeInstances', awsCode: 'x', sinceMs: 1 }],
  [false, { code: 'ec2-refused', action: 'CreateImage', awsCode: 'x', awsMessage: 'x' }],
  [false, { code: 'canceled', by: 'U1', snapshotIds: [] }],
])('an image nobody knows of may be left: %s for %j', (expected, problem) => {
  expect(leavesUnconfirmedImage(problem)).toBe(expected);
});
