import { pruneNow } from '../../../src/commands/retention/prune-now.ts';
import { retentionWorld } from '../../workflows/retention/retention-world.ts';
import { ANA, CLEO, LAB, PROD, scene } from '../fakes.ts';

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
  world.backup(
    30,
    { state: 'pending', name: `circleci-backup/prod/${started.runId}` },
    { 'circleci-backup:run': started.runId },
  );
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

describe('the button under the plan', () => {
  const POLICY = { ...PROD, keep: { last: 2 } };

  async function planned(days: number[]) {
    const world = await retentionWorld();
    for (const each of days) world.backup(each);
    const here = scene([POLICY]);
    here.deps.ec2 = () => world.port;
    const { reply } = await here.say(CLEO, 'prune');
    if (reply.view !== 'prune') throw new Error(`no plan but ${reply.view}`);
    return { world, here, button: reply.button ?? '' };
  }

  test('asks for what was shown, and for nothing else: nobody deletes a backup alone', async () => {
    const { world, here, button } = await planned([1, 2, 3, 4]);
    await using _ = world;
    expect(await pruneNow(ANA, POLICY, button, here.deps)).toMatchObject({ view: 'asked', again: false });
    expect(here.engine.started).toEqual([]);
    expect(here.store.locked.size).toBe(0);
    const [open] = await here.store.approvals.open();
    const deleting = ['ami-00000000000000003', 'ami-00000000000000004'];
    expect(open?.value.plan).toMatchObject({
      summary: 'Delete 2 backups of prod now',
      start: {
        workflow: 'prune',
        input: { withoutGrace: false, only: { deleting, disabling: [], enabling: [] } },
      },
    });
    const lines = open?.value.plan.sections.flatMap((section) => section.lines).join('\n') ?? '';
    for (const imageId of deleting) expect(lines).toContain(imageId);
    // Pressed twice it is one request, and of another list another one.
    expect(await pruneNow(ANA, POLICY, button, here.deps)).toMatchObject({ view: 'asked', again: true });
    world.backup(6);
    const { reply } = await here.say(ANA, 'prune');
    const other = reply.view === 'prune' ? (reply.button ?? '') : '';
    expect(await pruneNow(ANA, POLICY, other, here.deps)).toMatchObject({ view: 'asked', again: false });
  });

  test('is refused in words where nobody else could approve it', async () => {
    const { world, here, button } = await planned([1, 2, 3]);
    await using _ = world;
    const alone = { ...POLICY, approvers: [ANA.userId] };
    expect(await pruneNow(ANA, alone, button, here.deps)).toMatchObject({
      view: 'refusal',
      reason: expect.stringMatching(/This needs 1 approval by other people than you.*Nothing was done\.$/),
    });
    expect(await here.store.approvals.open()).toEqual([]);
  });

  test('of a plan that is another one by now does nothing, and shows that one', async () => {
    const { world, here, button } = await planned([1, 2, 3]);
    await using _ = world;
    world.backup(5);
    const reply = await pruneNow(ANA, POLICY, button, here.deps);
    expect(reply).toMatchObject({ view: 'prune', isChanged: true, preview: { deleting: [{}, {}] } });
    expect(here.engine.started).toEqual([]);
    expect(
      await pruneNow(ANA, POLICY, reply.view === 'prune' ? (reply.button ?? '') : '', here.deps),
    ).toMatchObject({
      view: 'asked',
    });
  });

  test('is not there where nothing is to be done, and says so where nothing is any more', async () => {
    const { world, here, button } = await planned([1, 2]);
    await using _ = world;
    expect(button).toBe('');
    expect(await pruneNow(ANA, POLICY, 'prod something', here.deps)).toMatchObject({
      view: 'refusal',
      reason: 'By now retention would change nothing. Nothing was done.',
    });
  });
});

describe('--now', () => {
  test('where it deletes no more than retention would, it is the same plan with the same button', async () => {
    await using world = await retentionWorld();
    for (const days of [1, 2, 3]) world.backup(days);
    const here = scene([{ ...PROD, keep: { last: 2 } }]);
    here.deps.ec2 = () => world.port;
    const { reply } = await here.say(ANA, 'prune --now');
    expect(reply).toMatchObject({ view: 'prune', button: expect.stringMatching(/^prod /) });
    expect(await here.store.approvals.open()).toEqual([]);
  });

  test('where it would not wait for a grace, somebody else has to approve it', async () => {
    await using world = await retentionWorld();
    for (const days of [1, 2, 3]) world.backup(days);
    world.backup(2, {}, { 'circleci-backup:outcome': 'partial' });
    const here = scene([{ ...PROD, keep: { last: 2 }, deleteGraceMs: 3 * 24 * 3_600_000 }]);
    here.deps.ec2 = () => world.port;
    expect((await here.say(CLEO, 'prune --now')).result).toBe('refused');
    expect((await here.say(ANA, 'prune --now')).reply).toMatchObject({ view: 'asked' });
    const [open] = await here.store.approvals.open();
    expect(open?.value.plan).toMatchObject({
      action: 'prune',
      summary: 'Delete 2 backups of prod now, without waiting for graces',
      start: {
        workflow: 'prune',
        input: { withoutGrace: true, only: { deleting: ['ami-00000000000000003', 'ami-00000000000000004'] } },
        view: { stages: [{ key: 'approval' }, { key: 'prune' }] },
      },
    });
    expect(open?.value.plan.sections[0]).toMatchObject({
      tone: 'danger',
      lines: [{}, {}].map(() => expect.any(String)),
    });
    expect(world.server.images.size).toBe(4);
  });
});
