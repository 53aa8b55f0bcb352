import { ProblemError } from '../../src/core/problems/problem.ts';
import { createRedact } from '../../src/core/text/redact.ts';
import { createLog, type LogLevel } from '../../src/ops/log.ts';

function logged(level: LogLevel = 'debug', secrets: string[] = []) {
  const lines: string[] = [];
  const log = createLog({
    level,
    redact: createRedact(secrets),
    destination: { write: (line) => void lines.push(line) },
  });
  return { log, lines, parsed: () => lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

describe('log', () => {
  it('writes one JSON line with level, time, app, fields and message', () => {
    const { log, lines, parsed } = logged();
    log.info({ n: 1 }, 'started');
    expect(lines[0]).toMatch(/^\{.*\}\n$/);
    expect(parsed()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        app: 'circleci-backup',
        n: 1,
        msg: 'started',
      },
    ]);
  });

  it('carries the fields of its child on each line', () => {
    const { log, parsed } = logged();
    log.child({ run: 'bk-1' }).child({ target: 'prod' }).warn({}, 'slow');
    expect(parsed()).toMatchObject([{ level: 'warn', run: 'bk-1', target: 'prod', msg: 'slow' }]);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = logged('warn');
    log.debug({}, 'a');
    log.info({}, 'b');
    log.error({}, 'c');
    expect(lines).toHaveLength(1);
  });

  it('tells an error with its causes, codes and problem', () => {
    const { log, parsed } = logged();
    const root = Object.assign(new Error('connect'), { code: 'ECONNREFUSED', request: { big: true } });
    const problem = { code: 'store-unavailable' as const, reason: 'no disk' };
    log.error({ err: new ProblemError(problem, { cause: root }) }, 'failed');
    const [line] = parsed();
    expect(line).toMatchObject({
      err: {
        type: 'ProblemError',
        problem,
        stack: expect.stringContaining('log.test.ts'),
        cause: { type: 'Error', message: 'connect', code: 'ECONNREFUSED' },
      },
    });
    expect(JSON.stringify(line)).not.toContain('big');
  });

  it('tells each error of several, what is no error, and a chain that bites its tail', () => {
    const { log, parsed } = logged();
    const loop = new Error('loop');
    loop.cause = loop;
    log.error({ err: new AggregateError([new Error('v4'), new Error('v6')], 'both') }, 'several');
    log.error({ err: 'text' }, 'a text');
    log.error({ err: { odd: 1 } }, 'an object');
    log.error({ err: loop }, 'endless');
    expect(parsed()).toMatchObject([
      { err: { message: 'both', errors: [{ message: 'v4' }, { message: 'v6' }] } },
      { err: { type: 'string', message: 'text' } },
      { err: { type: 'object', message: '{"odd":1}' } },
      { err: { message: 'loop', cause: { message: 'loop' } } },
    ]);
  });

  it('lets no secret pass: not in a message, field, key, child, error, cause or stack', () => {
    const secret = 'xoxb-"very"-secret';
    const { log, lines, parsed } = logged('debug', [secret]);
    log.info({ [secret]: { deep: [`a ${secret}`] } }, `said ${secret}`);
    log.child({ token: secret }).info({ url: `https://h/?t=${encodeURIComponent(secret)}` }, 'x');
    log.error({ err: new Error(secret, { cause: new Error(`again ${secret}`) }) }, 'x');
    expect(lines.join('')).not.toContain('very');
    expect(lines.join('')).toContain('[redacted]');
    expect(parsed()).toHaveLength(3);
  });

  it('stays JSON when the secret is a number', () => {
    const { log, lines, parsed } = logged('debug', ['31337000']);
    log.info({ n: 31337000 }, 'x');
    expect(lines.join('')).not.toContain('31337000');
    expect(parsed()).toMatchObject([{ line: expect.stringContaining('"n":[redacted]') }]);
  });
});
