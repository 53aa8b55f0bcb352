import fc from 'fast-check';
import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';
import { removalStages } from '../../../src/core/restore/stages.ts';
import { removeLaunched } from '../../../src/workflows/restore/remove-launched.ts';
import { createRun } from '../../../src/workflows/run/run.ts';
import type { Steps } from '../../../src/workflows/run/stage.ts';
import { type MachineWorld, machineWorld, RUN } from '../../gateways/ec2/machines/machine-world.ts';
import { target } from '../../target.ts';
import { scene } from '../fakes.ts';

const PROD = target('prod', { instance: { by: 'tag', key: 'Name', value: 'circleci_services' } });

/** A finished test restore in the account of a production machine, of another one, and of a volume of nobody's. */
async function account() {
  const world = await machineWorld();
  const { server, machines, call, prod } = world;
  const testId = await machines.launch(world.request(), call);
  await world.settle();
  const other = server.addInstance({ tags: { Name: 'payroll-db' } });
  other.disableApiTermination = true;
  prod.disableApiTermination = true;
  const test = instance(world, testId);
  const [lone] = [...server.volumes.values()].filter(
    ({ attachedTo }) => attachedTo?.instanceId === other.instanceId,
  );
  if (lone === undefined) throw new Error('the other machine has no volume');
  // As after somebody replaced that machine, and kept its disk.
  delete lone.attachedTo;
  other.devices = [];
  return { world, test, other, lone };
}

function instance({ server }: MachineWorld, id: string): InstanceRecord {
  const found = server.instances.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

/** Removes what RUN launched; whatever it asks is left as it is. Gives what its stage says. */
async function remove({ world }: { world: MachineWorld }) {
  const here = await scene(world.port);
  const steps: Steps = {
    run: (config, fn) =>
      config.name.startsWith('ask/') ? (Promise.resolve('leave') as ReturnType<typeof fn>) : fn(),
  };
  const clock: Clock = {
    now: world.clock.now,
    sleep: async (ms, signal) => {
      if (signal?.aborted !== true) await world.clock.advance(ms);
    },
  };
  const context = { ...here.context, clock, targets: [PROD] };
  const facts = {
    runId: here.view().runId,
    kind: 'removal',
    target: 'prod',
    region: 'eu-west-1',
    channel: 'C1',
  } as const;
  const run = createRun(
    context,
    steps,
    { ...facts, verb: 'removal', calls: [] },
    { stages: removalStages({ approved: false }) },
  );
  const isGone = (await removeLaunched(run, removalStages({ approved: false })[1], RUN)) === undefined;
  const stage = here.view().stages.find(({ key }) => key === 'remove');
  return { isGone, said: stage?.detail ?? '' };
}

test('what the run launched goes, by EC2’s own word', async () => {
  const made = await account();
  await using _ = made.world;
  const { test, world } = made;
  // Even where somebody took its tags off.
  test.tags = {};
  expect(await remove(made)).toMatchObject({
    isGone: true,
    said: expect.stringMatching(/^i-\w+ terminated, /),
  });
  expect(instance(world, test.instanceId).state).toBe('terminated');
});

test.each<[string, (made: Awaited<ReturnType<typeof account>>) => void, RegExp]>([
  [
    'a production machine with the run’s tag',
    ({ world }) => {
      world.prod.tags[TAG.run] = RUN;
    },
    /left alone: i-\w+ \(it is what SERVICES_INSTANCE of prod finds\)$/,
  ],
  [
    'another machine with all tags of the test machine',
    ({ other, test }) => Object.assign(other.tags, test.tags),
    /left alone: i-\w+ \(it carries the tag of rs-20261123-0314-x4qz, but EC2 launched it for something else\)$/,
  ],
  [
    'a machine launched with a token that only begins like it',
    ({ other }) => {
      other.tags[TAG.run] = RUN;
      other.clientToken = `${RUN}x`;
    },
    /left alone: i-\w+ \(it carries the tag/,
  ],
  [
    'a volume with the run’s tag',
    ({ lone, test }) => Object.assign(lone.tags, test.tags),
    /left alone: vol-\w+ \(nothing but its tag says that the run made it\)$/,
  ],
  [
    'a volume that is attached to production',
    ({ world }) => {
      for (const { attachedTo, tags } of world.server.volumes.values())
        if (attachedTo?.instanceId === world.prod.instanceId) tags[TAG.run] = RUN;
    },
    /left alone: vol-\w+ \(it is attached to i-\w+, which rs-20261123-0314-x4qz did not launch\)$/,
  ],
])('%s is left alone and told', async (_what, spoil, words) => {
  const made = await account();
  await using world = made.world;
  spoil(made);
  const { isGone, said } = await remove(made);
  expect([isGone, said]).toEqual([true, expect.stringMatching(words)]);
  expect([world.prod.state, made.other.state]).toEqual(['running', 'running']);
  expect([world.prod.disableApiTermination, made.other.disableApiTermination]).toEqual([true, true]);
  expect(world.server.volumes.has(made.lone.volumeId)).toBe(true);
});

test('what a target uses is not removed, whatever launched it', async () => {
  const made = await account();
  await using world = made.world;
  made.test.tags.Name = 'circleci_services';
  expect((await remove(made)).isGone).toBe(false);
  expect([
    instance(world, made.test.instanceId).state,
    world.server.count('ModifyInstanceAttribute'),
  ]).toEqual(['running', 0]);
});

test('a tagger makes it end nothing that the run did not launch', async () => {
  const keys = [TAG.run, TAG.target, TAG.restoredFrom, TAG.rootOf, TAG.replacedBy, 'Name'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ on: fc.nat(20), from: fc.nat(20), key: fc.constantFrom(...keys), whole: fc.boolean() }),
        { maxLength: 15 },
      ),
      async (taggings) => {
        const made = await account();
        await using world = made.world;
        const { server, prod } = world;
        const foreign = [...server.volumes.values()].filter(
          ({ attachedTo }) => attachedTo?.instanceId !== made.test.instanceId,
        );
        for (const { on, from, key, whole } of taggings) {
          const all = [...server.instances.values(), ...server.volumes.values()];
          const [resource, source] = [all[on % all.length], all[from % all.length]];
          if (whole) Object.assign(resource?.tags ?? {}, source?.tags);
          else if (resource !== undefined) resource.tags[key] = source?.tags[key] ?? RUN;
        }
        await remove(made);
        expect([prod.state, prod.disableApiTermination]).toEqual(['running', true]);
        expect([made.other.state, made.other.disableApiTermination]).toEqual(['running', true]);
        expect(foreign.filter(({ volumeId }) => !server.volumes.has(volumeId))).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
