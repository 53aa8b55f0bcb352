import { retentionWorld } from '../workflows/retention-world.ts';
import { ANA, CLEO, LAB, PROD, scene } from './fakes.ts';

test('shows the plan from what EC2 shows now, and changes nothing', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2, 3]) world.backup(days);
  const here = scene([{ ...PROD, keep: { last: 2 } }]);
  here.deps.ec2 = () => world.port;
  await here.clock.advance(0);
  const { reply } = await here.say(CLEO, 'prune');
  expect(reply).toMatchObject({
    view: 'prune',
    target: { name: 'prod' },
    preview: {
      deleting: [{ imageId: 'ami-00000000000000003' }],
      kept: [{ imageId: 'ami-00000000000000001' }, { imageId: 'ami-00000000000000002' }],
    },
  });
  expect(world.server.images.size).toBe(3);
  expect(world.server.calls.filter(({ action }) => !action.startsWith('Describe'))).toEqual([]);
});

test('what is being made now is left alone', async () => {
  await using world = await retentionWorld();
  world.backup(1);
  const here = scene([{ ...PROD, keep: { last: 1 } }]);
  here.deps.ec2 = () => world.port;
  const { reply: started } = await here.say(ANA, 'now');
  if (started.view !== 'started') throw new Error('it did not start');
  world.backup(30, { state: 'pending' }, { 'circleci-backup:run': started.runId });
  const { reply } = await here.say(CLEO, 'prune');
  expect(reply).toMatchObject({ preview: { leftAlone: [{ backupId: started.runId }], deleting: [] } });
});

test('asks which target, where there are several', async () => {
  expect((await scene([PROD, LAB]).say(CLEO, 'prune')).reply).toEqual({
    view: 'refusal',
    reason: 'Which target? There are 2: prod and lab.',
    usage: '/circleci-backup prune prod',
  });
});
