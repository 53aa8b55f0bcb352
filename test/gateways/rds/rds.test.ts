import { TAG } from '../../../src/core/catalogue/tags.ts';
import { createLazyRds } from '../../../src/gateways/rds/lazy-rds.ts';
import { noMetrics } from '../../no-metrics.ts';
import { startWorld } from '../../sandbox/ec2/harness.ts';

const IDENTIFIER = 'circleci-backup-bk-20261123-0314-x4qz-managed';
const REQUEST = {
  identifier: IDENTIFIER,
  instance: 'circleci-postgres',
  tags: { [TAG.run]: 'bk-20261123-0314-x4qz', [TAG.target]: 'prod' },
};
const CALL = { signal: new AbortController().signal, patienceMs: 60_000 };

async function rdsWorld() {
  const world = await startWorld();
  const { server, clock } = world;
  server.databases.set('circleci-postgres', {
    instance: 'circleci-postgres',
    gib: 100,
    status: 'available',
    snapshotMs: 600_000,
  });
  const rds = createLazyRds(
    {
      region: server.region,
      endpointRds: server.url,
      credentials: { accessKeyId: 'AKIDSANDBOX', secretAccessKey: 'sandbox' },
    },
    {
      clock: { now: clock.now, sleep: (ms) => clock.advance(ms) },
      random: () => 0.5,
      metrics: noMetrics,
    },
  );
  return { ...world, rds };
}

test('a snapshot begins with its tags, is followed to its end, and is removed', async () => {
  await using world = await rdsWorld();
  const { rds, server, clock } = world;
  const at = clock.now();
  expect(await rds.create(REQUEST, CALL)).toEqual({
    identifier: IDENTIFIER,
    instance: 'circleci-postgres',
    status: 'creating',
    percent: 0,
    createdAt: at,
    bytes: 100 * 1024 ** 3,
    tags: REQUEST.tags,
  });
  await clock.advance(300_000);
  expect(await rds.find(IDENTIFIER, CALL)).toMatchObject({ status: 'creating', percent: 50 });
  await clock.advance(300_000);
  expect(await rds.find(IDENTIFIER, CALL)).toMatchObject({ status: 'available', percent: 100 });
  await rds.remove(IDENTIFIER, CALL);
  expect(server.databaseSnapshots.size).toBe(0);
  await rds.remove(IDENTIFIER, CALL);
  expect(await rds.find(IDENTIFIER, CALL)).toBe(undefined);
});

test('a call whose answer was lost is made again and adopts what the first has made', async () => {
  await using world = await rdsWorld();
  const { rds, server } = world;
  server.faults.push({ action: 'CreateDBSnapshot', kind: 'cut', applied: true });
  expect(await rds.create(REQUEST, CALL)).toMatchObject({ identifier: IDENTIFIER, status: 'creating' });
  expect(server.databaseSnapshots.size).toBe(1);
});

test.each([
  ['another run’s', { tags: { ...REQUEST.tags, [TAG.run]: 'bk-20261123-0314-aaaa' } }],
  ['another instance’s', { instance: 'other' }],
])('one of this name that is %s is left alone', async (_whose, other) => {
  await using world = await rdsWorld();
  const { rds, server } = world;
  await rds.create(REQUEST, CALL);
  const [made] = server.databaseSnapshots.values();
  if (made !== undefined) Object.assign(made, other);
  await expect(rds.create(REQUEST, CALL)).rejects.toMatchObject({
    problem: { code: 'rds-snapshot-taken', identifier: IDENTIFIER },
  });
});

test('what RDS refuses is told in its name', async () => {
  await using world = await rdsWorld();
  const { rds, server } = world;
  await expect(rds.create({ ...REQUEST, instance: 'gone' }, CALL)).rejects.toMatchObject({
    problem: { code: 'rds-refused', action: 'CreateDBSnapshot', awsCode: 'DBInstanceNotFoundFault' },
  });
  server.denied.add('rds:AddTagsToResource');
  await expect(rds.create(REQUEST, CALL)).rejects.toMatchObject({
    problem: { code: 'permissions-missing', actions: ['rds:AddTagsToResource'] },
  });
  server.denied.clear();
  server.denied.add('rds:CreateDBSnapshot');
  await expect(rds.create(REQUEST, CALL)).rejects.toMatchObject({
    problem: { code: 'permissions-missing', actions: ['rds:CreateDBSnapshot'] },
  });
  server.denied.clear();
  server.faults.push({ action: 'CreateDBSnapshot', kind: 'http', status: 502, times: 100 });
  await expect(rds.create(REQUEST, CALL)).rejects.toMatchObject({
    problem: { code: 'rds-unavailable', action: 'CreateDBSnapshot', awsCode: 'HTTP 502' },
  });
});

test('throttling is waited out', async () => {
  await using world = await rdsWorld();
  const { rds, server } = world;
  server.faults.push({ action: 'CreateDBSnapshot', kind: 'error', code: 'Throttling', times: 2 });
  expect(await rds.create(REQUEST, CALL)).toMatchObject({ status: 'creating' });
  expect(server.count('CreateDBSnapshot')).toBe(3);
});
