import type { InstanceFacts } from '../../src/core/model/instance.ts';
import type { InstanceSelector } from '../../src/core/model/target.ts';
import { ProblemError } from '../../src/core/problems/problem.ts';
import { describeMachine, findMachine, stateOf } from '../../src/runs/find-machine.ts';
import { machine, scriptedEc2 } from '../workflows/fakes.ts';

const byTag: InstanceSelector = { by: 'tag', key: 'Name', value: 'circleci' };
const byId: InstanceSelector = { by: 'id', id: 'i-1' };
const options = { signal: new AbortController().signal, patienceMs: 1000 };
const at = (state: string, n = 1): InstanceFacts => ({ ...machine, instanceId: `i-${n}`, state });

/** The id of the machine that was found, else the problem. */
async function outcome(instance: InstanceSelector, found: InstanceFacts[], others: InstanceFacts[] = []) {
  const ec2 = scriptedEc2({ findInstances: async () => found, someInstances: async () => others });
  return findMachine(ec2, { instance, region: 'eu-west-1' }, options).then(
    ({ instanceId }) => instanceId,
    (error: unknown) => (error instanceof ProblemError ? error.problem : error),
  );
}

test.each<[string, InstanceSelector, string[], unknown]>([
  ['the one that runs', byTag, ['running'], 'i-1'],
  ['the one that runs, by id', byId, ['running'], 'i-1'],
  ['the running one beside its stopped predecessor', byTag, ['stopped', 'running'], 'i-2'],
  ['the running one beside terminated ones', byTag, ['terminated', 'running', 'shutting-down'], 'i-2'],
  ['neither of two that run', byTag, ['running', 'running'], { code: 'instance-several', found: [{}, {}] }],
  [
    'the running ones, where there are several',
    byTag,
    ['running', 'stopped', 'running'],
    { code: 'instance-several', found: [{ instanceId: 'i-1' }, { instanceId: 'i-3' }] },
  ],
  [
    'neither of two that are stopped',
    byTag,
    ['stopped', 'stopped'],
    { code: 'instance-several', found: [{}, {}] },
  ],
  [
    'a stopped one, told',
    byTag,
    ['stopped', 'terminated'],
    { code: 'instance-not-running', found: { instanceId: 'i-1', state: 'stopped' } },
  ],
  [
    'one that starts, told',
    byTag,
    ['pending'],
    { code: 'instance-not-running', found: { state: 'pending' } },
  ],
  [
    'a terminated one by its id, told',
    byId,
    ['terminated'],
    { code: 'instance-not-running', found: { state: 'terminated' } },
  ],
  [
    'nothing among terminated ones',
    byTag,
    ['terminated'],
    { code: 'instance-none', selector: 'tag Name=circleci', region: 'eu-west-1', others: [] },
  ],
  ['nothing', byId, [], { code: 'instance-none', selector: 'i-1', others: [] }],
])('finds %s', async (_what, selector, states, expected) => {
  const result = await outcome(
    selector,
    states.map((state, i) => at(state, i + 1)),
  );
  if (typeof expected === 'string') expect(result).toBe(expected);
  else expect(result).toMatchObject(Object(expected));
});

test('a refusal shows five of the machines that are there, and none that is gone', async () => {
  const others = [at('terminated', 9), ...[1, 2, 3, 4, 5, 6].map((n) => at('running', n))];
  expect(await outcome(byTag, [], others)).toMatchObject({
    others: [1, 2, 3, 4, 5].map((n) => ({ instanceId: `i-${n}`, state: 'running', privateIp: '10.0.0.1' })),
  });
});

describe('what became of the machine', () => {
  test.each([
    [
      'stopped',
      [at('stopped')],
      { instance: { instanceId: 'i-1', state: 'stopped', privateIp: '10.0.0.1' } },
    ],
    [
      'gone from EC2’s list',
      [],
      { instance: { instanceId: 'i-1', state: 'terminated', privateIp: '10.0.0.1' } },
    ],
  ])('%s', async (_what, found, expected) => {
    expect(await stateOf(scriptedEc2({ findInstances: async () => found }), machine, options)).toEqual(
      expected,
    );
  });

  test('is not said when EC2 does not say', async () => {
    const problem = { code: 'quota', action: 'DescribeInstances', awsCode: 'x' } as const;
    const refuse = async () => Promise.reject(new ProblemError(problem));
    expect(await stateOf(scriptedEc2({ findInstances: refuse }), machine, options)).toEqual({});
  });

  test('is not made up for a fault of the bot, nor for a stop', async () => {
    const fail = async () => Promise.reject(new TypeError('x is undefined'));
    await expect(stateOf(scriptedEc2({ findInstances: fail }), machine, options)).rejects.toThrow(TypeError);
    const stopped = { ...options, signal: AbortSignal.abort(new Error('stopping')) };
    await expect(stateOf(scriptedEc2({ findInstances: fail }), machine, stopped)).rejects.toThrow('stopping');
  });
});

test('a machine in one line', () => {
  expect(describeMachine(machine)).toBe('i-1, m5.2xlarge, 10.0.0.1, 2 volumes');
  const { privateIp: _none, ...plain } = machine;
  expect(describeMachine({ ...plain, volumes: machine.volumes.slice(0, 1) })).toBe(
    'i-1, m5.2xlarge, 1 volume',
  );
});
