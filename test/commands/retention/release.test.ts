import { retentionWorld } from '../../workflows/retention/retention-world.ts';
import { ANA, BEN, LAB, PROD, scene } from '../fakes.ts';

const ID = 'bk-20261120-0300-x4qz';
const NAMED = { name: `circleci-backup/prod/${ID}` };
const HELD = {
  'circleci-backup:run': ID,
  'circleci-backup:held': 'UANA before the upgrade',
};

test('asks for an approval, with what would become of the backup; nothing is changed', async () => {
  await using world = await retentionWorld();
  for (const days of [1, 2]) world.backup(days);
  world.backup(3, { ...NAMED, protection: 'enabled-without-cooldown' }, HELD);
  const here = scene([{ ...PROD, keep: { last: 2 } }, LAB]);
  here.deps.ec2 = () => world.port;
  const { reply } = await here.say(ANA, `release ${ID.toUpperCase()}  it went   well`);
  expect(reply).toMatchObject({ view: 'asked', approvers: ['SAPPROVE'], required: 1, again: false });
  const [open] = await here.store.approvals.open();
  expect(open?.value).toMatchObject({
    state: 'open',
    reason: 'it went well',
    requester: ANA,
    plan: {
      action: 'release',
      summary: `Release ${ID} of prod to retention`,
      start: {
        workflow: 'release',
        input: {
          backup: { backupId: ID, imageId: 'ami-00000000000000003', isProtected: true },
          region: 'eu-west-1',
        },
      },
    },
  });
  const lines = open?.value.plan.sections.flatMap((section) => section.lines) ?? [];
  expect(lines).toContainEqual(
    expect.stringMatching(/^By today’s rules retention deletes it after the next/),
  );
  expect(here.store.rows.at(-1)).toMatchObject({ kind: 'request', verb: 'release', actor: ANA });
  expect([...here.store.sent.keys()]).toEqual([`approval/${open?.id}`]);
  expect(here.engine.started).toEqual([]);
  expect(world.server.calls.filter(({ action }) => !action.startsWith('Describe'))).toEqual([]);
});

test('typed twice by one person it is one request', async () => {
  await using world = await retentionWorld();
  world.backup(1, NAMED, HELD);
  const here = scene([PROD]);
  here.deps.ec2 = () => world.port;
  const first = (await here.say(BEN, `release ${ID}`)).reply;
  const second = (await here.say(BEN, `release ${ID}`)).reply;
  expect([first, second]).toMatchObject([{ again: false }, { again: true }]);
  expect(await here.store.approvals.open()).toHaveLength(1);
  expect((await here.say(ANA, `release ${ID}`)).reply).toMatchObject({ again: false });
});
