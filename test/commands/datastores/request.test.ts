import { restoredStore } from '../../../src/commands/datastores/find-parts.ts';
import { chooseStores } from '../../../src/commands/datastores/request-datastores.ts';
import { datastoreChanges, inOrder } from '../../../src/core/datastores/restore-order.ts';
import type { Datastore, PostgresStore } from '../../../src/core/model/datastore.ts';
import type { FilesSnapshot } from '../../../src/core/model/restic.ts';
import type { Target } from '../../../src/core/model/target.ts';
import type { Restic } from '../../../src/core/ports/restic.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { datastoresInput } from '../../../src/runs/datastores.ts';
import { target } from '../../target.ts';
import { ANA, CLEO, entry, NOW, scene } from '../fakes.ts';

const AT = { host: '10.20.1.30', port: 22, user: 'dba', privateKey: 'secret-key', hostKeys: ['SHA256:x'] };
const PG: PostgresStore = {
  name: 'pg',
  kind: 'postgres',
  at: AT,
  databases: ['circle', 'domain'],
  connection: { server: 'db.internal', login: 'backup', passfile: '/root/.pgpass' },
};
const STORES: Datastore[] = [
  { name: 'managed', kind: 'rds', instance: 'circleci' },
  PG,
  { name: 'keys', kind: 'keys', at: AT, folder: '/data/keys' },
];
const RESTIC = {
  repository: 's3:https://s3.example.com/b',
  password: 'secret-password',
  environment: {},
  path: 'restic',
  timeoutMs: 1,
  pruneEveryMs: 1,
  checkWithinMs: 1,
};
const PROD: Target = {
  ...target('prod', { operators: ['SOPS'] }),
  datastores: { stores: STORES, timeoutMs: 3_600_000 },
  restic: RESTIC,
};
const BACKUP = entry('bk-20261123-0200-aaaa', { target: 'prod' });

function snapshot(host: string, path: string, more: Partial<FilesSnapshot> = {}): FilesSnapshot {
  return {
    id: `${path.length}`.padStart(64, 'a'),
    at: NOW - 3_600_000,
    host,
    tags: [`run=${BACKUP.backupId}`],
    paths: [path],
    files: 1,
    bytes: 1024,
    ...more,
  };
}

const ALL = [
  snapshot('prod.pg', '/pg.circle.dump'),
  snapshot('prod.pg', '/pg.globals.sql'),
  snapshot('prod.pg', '/pg.domain.dump', { files: undefined as never }),
  snapshot('prod.keys', '/data/keys'),
];

/** The commands, with a repository that has these. */
function sceneWith(snapshots: readonly FilesSnapshot[]) {
  const here = scene([PROD]);
  here.catalogue.set(PROD.region, [BACKUP]);
  const asked: string[] = [];
  here.deps.openRestic = async (at) => {
    asked.push(`${at.user}@${at.host}`);
    return {
      version: async () => '0.18.0',
      snapshots: async (host: string) => snapshots.filter((one) => one.host === host),
      close: () => undefined,
    } as unknown as Restic;
  };
  return { here, asked };
}

test('a restore of all puts before the approvers what comes back, where, and what is missing', async () => {
  const { here, asked } = sceneWith(ALL);
  const { reply } = await here.say(ANA, `restore ${BACKUP.backupId} --datastore all`);
  expect(reply).toMatchObject({
    view: 'asked',
    summary: `Restore keys (the encryption keys) and pg (PostgreSQL) of prod from ${BACKUP.backupId}`,
  });
  expect(asked).toEqual(['dba@10.20.1.30', 'dba@10.20.1.30']);
  const [kept] = await here.store.approvals.open();
  const { plan } = kept?.value ?? {};
  const order = datastoresInput.parse(plan?.start.input);
  expect(order.stores).toMatchObject([
    { name: 'keys', host: 'dba@10.20.1.30, port 22', parts: [{ form: 'folder', folder: '/data/keys' }] },
    {
      name: 'pg',
      server: 'db.internal as backup',
      parts: [{ form: 'globals' }, { form: 'custom', database: 'circle' }],
      missing: ['database domain of pg'],
    },
  ]);
  expect(plan?.sections.find(({ title }) => title.startsWith('What the backup lacks'))).toMatchObject({
    tone: 'danger',
    lines: ['database domain of pg'],
  });
  expect(JSON.stringify(kept)).not.toContain('secret');
});

test.each([
  ['a stranger', CLEO, 'pg', 'is for operators of prod'],
  ['what is not there', ANA, 'mongo', 'There is no datastore “mongo” of prod.'],
  ['RDS', ANA, 'managed', 'its snapshot becomes a new instance'],
])('%s is refused', async (_what, person, name, says) => {
  const { here } = sceneWith(ALL);
  const { reply } = await here.say(person, `restore ${BACKUP.backupId} --datastore ${name}`);
  expect(JSON.stringify(reply)).toContain(says);
  expect(await here.store.approvals.open()).toEqual([]);
});

test('a backup that has nothing of it, and a host that does not answer, are told', async () => {
  const none = sceneWith([]);
  expect((await none.here.say(ANA, `restore ${BACKUP.backupId} --datastore pg`)).reply).toMatchObject({
    view: 'refusal',
    reason: `${BACKUP.backupId} has nothing of pg. Nothing was done.`,
  });
  const silent = sceneWith(ALL);
  silent.here.deps.openRestic = async () => {
    throw new ProblemError({ code: 'ssh-unreachable', host: 'h', port: 22, sinceMs: 0, last: 'refused' });
  };
  expect((await silent.here.say(ANA, `restore ${BACKUP.backupId} --datastore pg`)).reply).toMatchObject({
    view: 'refusal',
    reason: 'The machine does not answer SSH at h, port 22: refused. Nothing was done.',
  });
});

test('a target without datastores has none to restore', () => {
  expect(chooseStores(target('lab'), 'pg')).toEqual({
    refusal: 'lab has no external datastores here (DATASTORES).',
  });
  expect(inOrder(STORES).map(({ name }) => name)).toEqual(['keys', 'pg', 'managed']);
});

describe('what is compared before anything is done', () => {
  const order = {
    ...{ runId: 'ds-1', target: 'prod', region: 'eu-west-1', channel: 'C1', requester: ANA },
    ...{ requestedAt: NOW, reason: '', backup: { backupId: BACKUP.backupId, createdAt: 0 } },
    instance: PROD.instance,
    repository: RESTIC.repository,
    stores: [restoredStore(PG, ALL)],
  };
  const withStore = (more: Partial<PostgresStore>): Target => ({
    ...PROD,
    datastores: { stores: [{ ...PG, ...more }], timeoutMs: 1 },
  });

  test('is nothing where all is as the plan says', () => {
    expect(datastoreChanges(order, PROD)).toEqual([]);
  });

  test.each([
    ['host', { at: { ...AT, host: '10.20.1.31' } }, 'the host of pg is dba@10.20.1.31, port 22 now'],
    ['host key', { at: { ...AT, hostKeys: ['SHA256:y'] } }, 'the host key of pg is SHA256:y now'],
    ['server', { connection: { server: 'other' } }, 'the server of pg is other now'],
    ['name', { name: 'pg2' }, 'pg is not in DATASTORES any more'],
  ])('is another %s', (_what, more, says) => {
    expect(datastoreChanges(order, withStore(more))).toEqual([expect.stringContaining(says)]);
  });

  test('is another repository', () => {
    const { restic: _restic, ...without } = PROD;
    expect(datastoreChanges(order, without)).toEqual([
      `RESTIC_REPOSITORY is missing now, and was ${RESTIC.repository} in the plan`,
    ]);
  });
});
