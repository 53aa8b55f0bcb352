import fc from 'fast-check';
import type { CallOptions, Trouble } from '../../../src/core/ports/ec2-call.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import {
  type AwsError,
  awsError,
  codeOf,
  createCaller,
  denialOf,
  troubleKind,
} from '../../../src/gateways/ec2/calls.ts';
import { noMetrics } from '../../no-metrics.ts';
import { hurriedClock } from './hurried-clock.ts';

/** An error as the SDK throws it. */
function sdkError(name: string, status?: number, message = 'as AWS says it'): Error {
  return Object.assign(new Error(message), {
    name,
    ...(status === undefined ? {} : { $metadata: { httpStatusCode: status } }),
  });
}

function networkError(code: string): Error {
  return Object.assign(new Error('socket hang up'), { code });
}

describe('awsError', () => {
  it.each<[string, unknown, AwsError | undefined]>([
    [
      'an answer of AWS',
      sdkError('InvalidAMIID.NotFound', 400),
      { code: 'InvalidAMIID.NotFound', message: 'as AWS says it', status: 400 },
    ],
    [
      'a proxy’s answer, which has no code',
      sdkError('Unknown', 502),
      { code: 'HTTP 502', message: 'as AWS says it', status: 502 },
    ],
    [
      'an answer that broke off',
      sdkError('SyntaxError', 200),
      { code: 'HTTP 200', message: 'as AWS says it', status: 200 },
    ],
    ['a cut connection', networkError('ECONNRESET'), { code: 'ECONNRESET', message: 'socket hang up' }],
    ['a time-out of the SDK', sdkError('TimeoutError'), { code: 'TimeoutError', message: 'as AWS says it' }],
    [
      'no credentials at all',
      sdkError('CredentialsProviderError'),
      { code: 'CredentialsProviderError', message: 'as AWS says it' },
    ],
    ['a fault of ours', new TypeError('x is undefined'), undefined],
    ['no error', 'text', undefined],
    ['nothing', undefined, undefined],
  ])('reads %s', (_what, error, read) => expect(awsError(error)).toEqual(read));
});

describe('denialOf', () => {
  const who = 'User: arn:aws:sts::123456789012:assumed-role/circleci-backup/x is not authorized to perform:';
  it.each<[string, string, string, object]>([
    [
      'nothing is allowed',
      'CreateImage',
      `${who} ec2:CreateImage because no identity-based policy allows the ec2:CreateImage action`,
      { actions: ['ec2:CreateImage'] },
    ],
    [
      'an organization denies',
      'CreateImage',
      `${who} ec2:CreateImage on resource: arn:aws:ec2:eu-west-1::image/* with an explicit deny in a service control policy`,
      { actions: ['ec2:CreateImage'], by: 'service control policy' },
    ],
    [
      'an organization does not allow',
      'StopInstances',
      `${who} ec2:StopInstances because no service control policy allows the ec2:StopInstances action`,
      { actions: ['ec2:StopInstances'], by: 'service control policy' },
    ],
    [
      'a resource control policy',
      'CreateImage',
      `${who} ec2:CreateImage with an explicit deny in a resource control policy`,
      { actions: ['ec2:CreateImage'], by: 'resource control policy' },
    ],
    [
      'a boundary',
      'CreateImage',
      `${who} ec2:CreateImage because no permissions boundary allows the ec2:CreateImage action`,
      { actions: ['ec2:CreateImage'], by: 'permissions boundary' },
    ],
    [
      'the own policy denies',
      'CreateImage',
      `${who} ec2:CreateImage with an explicit deny in an identity-based policy`,
      { actions: ['ec2:CreateImage'], by: 'identity-based policy' },
    ],
    [
      'a VPC endpoint',
      'CreateImage',
      `${who} ec2:CreateImage because no VPC endpoint policy allows the ec2:CreateImage action`,
      { actions: ['ec2:CreateImage'], by: 'VPC endpoint policy' },
    ],
    [
      'another action is named',
      'RunInstances',
      `You are not authorized to perform this operation. ${who} ec2:CreateTags on resource: arn:aws:ec2:eu-west-1:1:instance/* because no identity-based policy allows the ec2:CreateTags action`,
      { actions: ['ec2:CreateTags'] },
    ],
    [
      'a role may not be handed over',
      'RunInstances',
      `${who} iam:PassRole on resource: arn:aws:iam::1:role/circleci because no identity-based policy allows the iam:PassRole action`,
      { actions: ['iam:PassRole'] },
    ],
    [
      'the message is encoded',
      'RunInstances',
      'You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm',
      { actions: ['ec2:RunInstances'] },
    ],
    ['nothing is said', 'RunInstances', '', { actions: ['ec2:RunInstances'] }],
  ])('%s', (_what, called, message, expected) => {
    expect(denialOf(called, message)).toEqual({ code: 'permissions-missing', ...expected });
  });

  it('reads a message of any length in no time', () => {
    const worst = 'explicit deny in a '.repeat(50_000);
    const before = performance.now();
    denialOf('RunInstances', worst);
    expect(performance.now() - before).toBeLessThan(50);
  });
});

describe('troubleKind', () => {
  it.each<[string, number | undefined, Trouble['kind'] | undefined]>([
    ['RequestLimitExceeded', 503, 'throttled'],
    ['RequestThrottledException', 400, 'throttled'],
    ['Whatever', 429, 'throttled'],
    ['RequestExpired', 400, 'credentials'],
    ['ExpiredToken', 400, 'credentials'],
    ['AuthFailure', 401, 'credentials'],
    ['UnrecognizedClientException', 403, 'credentials'],
    ['CredentialsProviderError', undefined, 'credentials'],
    ['InternalError', 500, 'unavailable'],
    ['Unavailable', 503, 'unavailable'],
    ['HTTP 504', 504, 'unavailable'],
    ['ECONNREFUSED', undefined, 'unavailable'],
    ['TimeoutError', undefined, 'unavailable'],
    ['InternalError', 400, 'unavailable'],
    ['UnauthorizedOperation', 403, undefined],
    ['InvalidAMIName.Duplicate', 400, undefined],
    ['ResourceLimitExceeded', 400, undefined],
    ['DryRunOperation', 412, undefined],
  ])('%s with status %s is %s', (code, status, kind) => {
    expect(troubleKind({ code, message: '', ...(status === undefined ? {} : { status }) })).toBe(kind);
  });
});

function setUp(answers: (Error | string)[], random = () => 0.5) {
  const clock = hurriedClock();
  const counted: string[] = [];
  const caller = createCaller({
    clock,
    random,
    metrics: { ...noMetrics, ec2Called: (action, result) => counted.push(`${action} ${result}`) },
  });
  const troubles: Trouble[] = [];
  const send = async () => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const options: CallOptions = {
    signal: new AbortController().signal,
    patienceMs: 60_000,
    onTrouble: (trouble) => troubles.push(trouble),
  };
  return { clock, caller, counted, troubles, send, options };
}

const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );

describe('a call', () => {
  it('is made again while trouble may heal, tells of it, and counts each try', async () => {
    const { caller, counted, troubles, send, options, clock } = setUp([
      sdkError('RequestLimitExceeded', 503),
      networkError('ECONNRESET'),
      sdkError('RequestExpired', 400),
      'images',
    ]);
    expect(await caller.call('DescribeImages', send, options)).toBe('images');
    expect(counted).toEqual([
      'DescribeImages RequestLimitExceeded',
      'DescribeImages ECONNRESET',
      'DescribeImages RequestExpired',
      'DescribeImages ok',
    ]);
    expect(clock.slept).toEqual([750, 1500, 3000]);
    expect(troubles).toEqual([
      { kind: 'throttled', action: 'DescribeImages', awsCode: 'RequestLimitExceeded', sinceMs: 0 },
      { kind: 'unavailable', action: 'DescribeImages', awsCode: 'ECONNRESET', sinceMs: 750 },
      { kind: 'credentials', action: 'DescribeImages', awsCode: 'RequestExpired', sinceMs: 2250 },
    ]);
  });

  it.each<[string, Error, object]>([
    [
      'a denied action',
      sdkError('UnauthorizedOperation', 403),
      { code: 'permissions-missing', actions: ['ec2:CreateTags'] },
    ],
    [
      'a limit of the account',
      sdkError('ConcurrentSnapshotLimitExceeded', 400),
      { code: 'quota', action: 'CreateTags', awsCode: 'ConcurrentSnapshotLimitExceeded' },
    ],
    [
      'anything else',
      sdkError('TagLimitExceeded', 400, 'More than 50 tags'),
      {
        code: 'ec2-refused',
        action: 'CreateTags',
        awsCode: 'TagLimitExceeded',
        awsMessage: 'More than 50 tags',
      },
    ],
  ])('ends at once with %s, and keeps the cause', async (_what, error, problem) => {
    const { caller, send, options, clock } = setUp([error]);
    const thrown: unknown = await caller.call('CreateTags', send, options).catch((caught) => caught);
    expect(thrown).toBeInstanceOf(ProblemError);
    expect(thrown).toMatchObject({ problem, cause: error });
    expect(codeOf(thrown)).toBe(error.name);
    expect(clock.slept).toEqual([]);
  });

  it('passes a fault of our own on as it is', async () => {
    const fault = new TypeError('x is undefined');
    const { caller, send, options } = setUp([fault]);
    await expect(caller.call('CreateTags', send, options)).rejects.toBe(fault);
    expect(codeOf(fault)).toBeUndefined();
  });

  it.each<[Error, string]>([
    [sdkError('Unavailable', 503), 'ec2-unavailable'],
    [sdkError('RequestLimitExceeded', 503), 'ec2-unavailable'],
    [sdkError('ExpiredToken', 400), 'credentials'],
  ])('gives up when its patience ends: %s', async (error, code) => {
    const { caller, send, options, clock } = setUp([error]);
    const problem = await problemOf(caller.call('DescribeImages', send, options));
    expect(problem).toMatchObject({ code, awsCode: error.name, sinceMs: clock.now() });
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    expect(clock.now()).toBeLessThan(60_000 + 20_000);
  });

  it('ends with the signal’s reason, while it waits and before it is made', async () => {
    const { caller, send, options } = setUp([sdkError('Unavailable', 503)]);
    const stop = new AbortController();
    const reason = new Error('canceled');
    const waiting = caller.call('DescribeImages', send, {
      ...options,
      signal: stop.signal,
      onTrouble: () => stop.abort(reason),
    });
    await expect(waiting).rejects.toBe(reason);
    await expect(caller.call('DescribeImages', send, { ...options, signal: stop.signal })).rejects.toBe(
      reason,
    );
  });

  it('waits between half and all of a delay that doubles up to 20 s', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
        async (lots) => {
          let i = 0;
          const { caller, send, options, clock } = setUp(
            [sdkError('Unavailable', 503)],
            () => lots[i++ % lots.length] ?? 0,
          );
          await problemOf(caller.call('DescribeImages', send, { ...options, patienceMs: 200_000 }));
          clock.slept.forEach((ms, attempt) => {
            const ceiling = Math.min(20_000, 1_000 * 2 ** attempt);
            expect(ms).toBeGreaterThanOrEqual(ceiling / 2);
            expect(ms).toBeLessThanOrEqual(ceiling);
          });
        },
      ),
      { numRuns: 25 },
    ));
});
