import { restoredBefore } from '../../../src/commands/base/restored-before.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { InstanceFacts } from '../../../src/core/model/instance.ts';
import type { MachineFacts } from '../../../src/core/model/machine-facts.ts';
import { newRunView } from '../../../src/core/run/run-view.ts';
import { ANA, entry, NOW, PROD, type Scene, scene } from '../fakes.ts';

const BACKUP = 'bk-20261120-0300-x4qz';
const MADE = Date.UTC(2026, 10, 20, 3, 0, 7);

function machine(instanceId: string, imageId?: string): MachineFacts {
  return {
    instanceId,
    state: 'running',
    type: 'm5.2xlarge',
    securityGroupIds: [],
    volumes: [],
    metadata: {},
    ebsOptimized: false,
    // Anybody can write these.
    tags: { [TAG.restoredFrom]: 'bk-20261101-0300-fake' },
    ...(imageId === undefined ? {} : { imageId }),
  };
}

/** EC2 shows these machines, and the backup. */
function shows(here: Scene, ...machines: MachineFacts[]): void {
  here.changes.findInstances = async (): Promise<InstanceFacts[]> => machines;
  here.catalogue.set('eu-west-1', [entry(BACKUP, { createdAt: MADE })]);
}

/** A restore of this machine that was carried out. */
async function restored(here: Scene, runId: string, instanceId: string, backupId?: string): Promise<void> {
  const about = { runId, target: 'prod', region: 'eu-west-1', requester: ANA, requestedAt: NOW };
  const input = {
    ...about,
    channel: 'C1',
    way: 'in-place',
    ssh: true,
    removeNomad: false,
    startApp: false,
    listBuilds: true,
    old: { instanceId, state: 'running', tags: {} },
    root: { imageId: 'ami-1' },
    reason: '',
    paths: { files: [], nomad: '' },
    seen: { trouble: '' },
    selector: { by: 'id', id: instanceId },
    ...(backupId === undefined ? {} : { backup: { backupId, imageId: 'ami-1', createdAt: MADE + 1 } }),
  };
  const view = newRunView({ ...about, kind: 'restore' }, []);
  const plan = { action: 'restore' as const, target: 'prod', summary: '', sections: [] };
  await here.store.approvals.insert(
    runId,
    {
      runId,
      plan: { ...plan, start: { workflow: 'restore', input, view } },
      digest: '',
      channel: 'C1',
      requester: ANA,
      approvers: [],
      required: 1,
      askedAt: 0,
      expiresAt: 0,
      state: 'approved',
      votes: [],
    },
    false,
  );
  await here.store.checklists.insert(
    runId,
    {
      runId,
      target: 'prod',
      channel: 'C1',
      requester: ANA,
      title: '',
      items: [],
      actions: [],
      instanceId,
      madeAt: 0,
      reminders: 0,
    },
    false,
  );
  await here.store.audit.append({
    at: NOW,
    kind: 'start',
    verb: 'restore',
    target: 'prod',
    runId,
    detail: {},
  });
}

test('the image that EC2 launched it from tells it, with the catalogue', async () => {
  const here = scene();
  shows(here, machine('i-1', `ami-${BACKUP}`));
  expect(await restoredBefore(PROD, here.deps)).toEqual({
    instanceId: 'i-1',
    backupId: BACKUP,
    madeAt: MADE,
  });
});

test('the newest recorded restore of this machine comes before its image', async () => {
  const here = scene();
  shows(here, machine('i-1', `ami-${BACKUP}`));
  await restored(here, 'rs-1', 'i-1', 'bk-older');
  await restored(here, 'rs-2', 'i-1', 'bk-newer');
  await restored(here, 'rs-3', 'i-test', 'bk-of-another');
  const found = await restoredBefore(PROD, here.deps);
  expect(found).toEqual({ instanceId: 'i-1', backupId: 'bk-newer', madeAt: MADE + 1 });
});

test('a former root volume has no time', async () => {
  const here = scene();
  shows(here, machine('i-1', `ami-${BACKUP}`));
  await restored(here, 'rs-1', 'i-1', 'bk-older');
  await restored(here, 'rs-2', 'i-1');
  expect(await restoredBefore(PROD, here.deps)).toBeUndefined();
});

test.each<[string, MachineFacts[]]>([
  ['a machine that a tag alone calls restored', [machine('i-1')]],
  ['a backup that is gone', [machine('i-1', 'ami-gone')]],
  ['no machine', []],
  ['two machines', [machine('i-1', `ami-${BACKUP}`), machine('i-2')]],
])('%s tells nothing', async (_what, machines) => {
  const here = scene();
  shows(here, ...machines);
  expect(await restoredBefore(PROD, here.deps)).toBeUndefined();
});
