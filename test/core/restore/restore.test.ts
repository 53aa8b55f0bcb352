import { alternativesTo } from '../../../src/core/model/instance-types.ts';
import { addressChanges, oldNeedles } from '../../../src/core/restore/address-changes.ts';
import { planChanges } from '../../../src/core/restore/changes.ts';
import { restoreOrder } from '../../../src/core/restore/choices.ts';
import { matchingBackups } from '../../../src/core/restore/form.ts';
import { restorePlan } from '../../../src/core/restore/plan.ts';
import { whyImpossible } from '../../../src/core/restore/possible.ts';
import { whyNotRestorable } from '../../../src/core/restore/refusal.ts';
import { restoreStages } from '../../../src/core/restore/stages.ts';
import { restoreInput } from '../../../src/runs/restore.ts';
import { choices, entry, facts, lost, NOW, old, orderOf, target } from './orders.ts';

describe('the order of a restore', () => {
  test('takes the machine as it is now where it is there, for it may have changed since the backup', () => {
    expect(orderOf().launch).toMatchObject({
      type: 'm5.4xlarge',
      subnetId: 'subnet-1',
      securityGroupIds: ['sg-1', 'sg-2'],
      metadata: { httpTokens: 'required' },
    });
  });

  test('takes the backup’s own facts where the machine is gone', () => {
    const asked = { runId: 'rs-1', target, person: { userId: 'UANA', teamId: 'T1' }, at: NOW };
    const order = restoreOrder(asked, choices, lost());
    expect(order.old).toBeUndefined();
    expect(order.launch).toMatchObject({
      type: 'm5.2xlarge',
      securityGroupIds: ['sg-1'],
      keyName: 'circleci',
    });
  });

  test('lets the new machine be found by nobody before its cut-over', () => {
    expect(orderOf().launch?.tags).toEqual({
      Name: 'circleci_services (restore rs-20261123-0314-x4qz)',
      team: 'ci',
      'circleci-backup:run': 'rs-20261123-0314-x4qz',
      'circleci-backup:restored-from': entry.backupId,
    });
  });

  test('gives a test no instance profile, no old address, no Elastic IP, and no cut-over', () => {
    const address = { allocationId: 'eipalloc-1', publicIp: '198.51.100.7', instanceId: 'i-old', tags: {} };
    const order = orderOf(
      { way: 'test', securityGroupIds: ['sg-9'], keepPrivateIp: true, cutOver: 'planned', startApp: false },
      { address },
    );
    expect(order).toMatchObject({ startApp: false, launch: { securityGroupIds: ['sg-9'] } });
    expect(order).not.toHaveProperty('cutOver');
    expect(order.address).toBeUndefined();
    expect(order.launch?.privateIp).toBeUndefined();
    expect(order.launch?.profileArn).toBeUndefined();
  });

  test.each(['replace', 'in-place', 'test'] as const)(
    '%s is what its schema keeps, so that its digest holds',
    (way) => {
      const order = orderOf({ way });
      expect(restoreInput.parse(order)).toEqual(order);
      expect(JSON.parse(JSON.stringify(order))).toEqual(order);
    },
  );

  test('holds no secret', () => {
    expect(JSON.stringify(orderOf())).not.toContain('privateKey');
  });
});

describe('the steps of each way', () => {
  const keys = (order: Parameters<typeof restoreStages>[0]) => restoreStages(order).map(({ key }) => key);

  test('replace', () => {
    const address = { allocationId: 'eipalloc-1', publicIp: '198.51.100.7', tags: {} };
    expect(keys(orderOf({ newHost: 'ci2.example.com' }, { address }))).toEqual(
      (
        'approval check launch running checks connect files stop-app rewrite mentions mounts nomad restart hostname ' +
        'start-app verify compare fence address names verify-again'
      ).split(' '),
    );
  });

  test('in place, with SSH and without', () => {
    const order = orderOf({ way: 'in-place', removeNomad: false });
    expect(keys({ ...order, ssh: false })).toEqual([
      'approval',
      'check',
      'replace-root',
      'root',
      'checks',
      'verify',
    ]);
    expect(keys(order)).toEqual(
      'approval check replace-root root checks connect files stop-app rewrite mentions mounts restart start-app verify'.split(
        ' ',
      ),
    );
  });

  test('a test is never cut over', () => {
    expect(keys(orderOf({ way: 'test', startApp: false }))).not.toEqual(
      expect.arrayContaining(['fence', 'address', 'names', 'start-app']),
    );
  });

  test('nothing that changes an old machine, a file or a service may be left out', () => {
    const may = restoreStages(orderOf({ newHost: 'x.example.com' })).filter(({ skip }) => skip !== undefined);
    expect(may.map(({ key }) => key)).toEqual([
      'checks',
      'mentions',
      'mounts',
      'nomad',
      'hostname',
      'verify',
    ]);
  });
});

describe('which addresses change', () => {
  const replace = orderOf();
  const elastic = { ...replace, address: { allocationId: 'eipalloc-1', publicIp: '198.51.100.7' } };
  test.each([
    [
      'both',
      replace,
      { privateIp: '10.20.1.77', publicIp: '203.0.113.99' },
      ['10.20.1.12 10.20.1.77', '203.0.113.40 203.0.113.99'],
    ],
    [
      'the private one is kept',
      replace,
      { privateIp: '10.20.1.12', publicIp: '203.0.113.99' },
      ['203.0.113.40 203.0.113.99'],
    ],
    ['the new one has no public one', replace, { privateIp: '10.20.1.77' }, ['10.20.1.12 10.20.1.77']],
    [
      'the Elastic IP will be the public one',
      elastic,
      { privateIp: '10.20.1.77', publicIp: '203.0.113.99' },
      ['10.20.1.12 10.20.1.77', '203.0.113.40 198.51.100.7'],
    ],
    ['nothing is known of the old ones', { ...replace, backup: undefined }, { privateIp: '10.20.1.77' }, []],
    ['docker0 is no address of a machine', replace, { privateIp: '172.17.0.1' }, []],
  ])('%s', (_what, order, now, expected) => {
    expect(addressChanges(order, now).map(({ from, to }) => `${from} ${to}`)).toEqual(expected);
  });

  test('elsewhere the old addresses are looked for, and the old host where it changes', () => {
    const changes = [{ from: '10.20.1.12', to: '10.20.1.77' }];
    expect(oldNeedles(replace, changes)).toEqual(['10.20.1.12']);
    expect(oldNeedles({ ...replace, newHost: 'ci2.example.com' }, changes)).toEqual([
      '10.20.1.12',
      'ci.example.com',
    ]);
    expect(oldNeedles({ ...replace, newHost: 'ci.example.com' }, changes)).toEqual(['10.20.1.12']);
  });
});

describe('what cannot become a plan', () => {
  test.each([
    ['another target’s', {}, { entry: { ...entry, target: 'lab' } }, 'is a backup of lab, not of prod.'],
    ['partial', {}, { entry: { ...entry, outcome: 'partial' as const } }, 'is partial'],
    ['an address in use', { keepPrivateIp: true }, {}, 'is in use by i-old.'],
    ['no subnet', {}, { subnet: undefined }, 'The subnet subnet-1 does not exist'],
    ['a test without a group', { way: 'test' as const }, {}, 'A test needs a security group'],
    [
      'a test in the real group',
      { way: 'test' as const, securityGroupIds: ['sg-2'] },
      {},
      'sg-2 belongs to the real machine',
    ],
    [
      'in place without a machine',
      { way: 'in-place' as const },
      { old: undefined },
      'There is no machine any more',
    ],
    [
      'in place, stopped',
      { way: 'in-place' as const },
      { old: { ...old, state: 'stopped' } },
      'i-old is stopped.',
    ],
  ])('%s', (_what, chosen, found, reason) => {
    const all = Object.fromEntries(
      Object.entries({ ...facts, ...found }).filter(([, value]) => value !== undefined),
    );
    const said = whyImpossible(target, { ...choices, ...chosen }, all as unknown as typeof facts);
    expect(said?.reason).toContain(reason);
  });

  test('a new machine without SSH, but not another root volume', () => {
    const { ssh: _ssh, ...without } = target;
    expect(whyImpossible(without, choices, facts)?.reason).toContain('no SSH key');
    expect(whyImpossible(without, { ...choices, way: 'in-place' }, facts)).toBeUndefined();
  });

  test('everything else can', () => expect(whyImpossible(target, choices, facts)).toBeUndefined());
});

test.each([
  ['pending', { imageState: 'pending' }, 'is not finished'],
  ['disabled', { imageState: 'disabled', disabledAt: NOW }, 'is disabled by retention'],
  ['failed', { imageState: 'failed' }, 'has an image that is failed'],
  ['not checked', { outcome: undefined }, 'was never checked'],
  ['failed', { outcome: 'failed' as const }, 'is failed: something'],
])('a backup that is %s is not restored', (_what, change, why) => {
  const { outcome: _outcome, ...rest } = entry;
  const changed = 'outcome' in change && change.outcome === undefined ? rest : { ...entry, ...change };
  expect(whyNotRestorable(changed as typeof entry)).toContain(why);
});

describe('between the plan and its start', () => {
  const now = { entries: [entry], old, found: [old] };
  const order = orderOf();
  const without = (part: 'old') => {
    const { [part]: _left, ...rest } = now;
    return rest;
  };

  test.each([
    ['nothing changed', order, now, []],
    ['the backup is gone', order, { ...now, entries: [] }, ['the backup bk-20261123-0200-aaaa is gone']],
    [
      'the old machine is gone',
      order,
      { ...without('old'), found: [] },
      [
        'the old machine i-old was removed',
        'tag Name=circleci_services leads to no machine now, and not to i-old',
      ],
    ],
    [
      'the tag is another machine’s',
      order,
      { ...now, found: [{ ...old, instanceId: 'i-pay', name: 'payroll-db' }] },
      ['tag Name=circleci_services leads to i-pay (payroll-db) now, and not to i-old'],
    ],
    [
      'a second machine has the tag',
      order,
      { ...now, found: [old, { ...old, instanceId: 'i-pay' }] },
      ['tag Name=circleci_services leads to i-pay now beside i-old'],
    ],
    [
      'a machine that was stopped long ago keeps the tag',
      order,
      { ...now, found: [old, { ...old, instanceId: 'i-older', state: 'stopped' }] },
      [],
    ],
    [
      'there was none, and one is there now',
      orderOf({}, { old: undefined as unknown as typeof old }),
      { ...without('old'), found: [{ ...old, instanceId: 'i-new' }] },
      ['tag Name=circleci_services leads to i-new now'],
    ],
    [
      'the addresses in the backup’s tags are others',
      order,
      { ...now, entries: [{ ...entry, source: { ...entry.source, privateIp: '10.66.6.6' } }] },
      ['the private address in bk-20261123-0200-aaaa is 10.66.6.6 now, and was 10.20.1.12 in the plan'],
    ],
    [
      'the real machine is in the group of the test by now',
      orderOf({ way: 'test', securityGroupIds: ['sg-9'] }),
      { ...now, old: { ...old, securityGroupIds: ['sg-1', 'sg-9'] } },
      ['the security group sg-9 is i-old’s as well by now, so that the test would not be isolated'],
    ],
    [
      'this version of the bot removes something else',
      { ...order, paths: { ...order.paths, nomad: '/opt/else' } },
      now,
      ['what this version of the bot removes is /opt/nomad now, and was /opt/else in the plan'],
    ],
    [
      'it was stopped',
      order,
      { ...now, old: { ...old, state: 'stopped' } },
      ['i-old is stopped and was running'],
    ],
    [
      'its address is another',
      order,
      { ...now, old: { ...old, privateIp: '10.20.1.13' } },
      ['the private address of i-old is 10.20.1.13 now, and was 10.20.1.12 in the plan'],
    ],
    ['a test asks nothing of it', orderOf({ way: 'test' }), without('old'), []],
    [
      'another root volume, in place',
      orderOf({ way: 'in-place' }),
      { ...now, old: { ...old, rootVolumeId: 'vol-9' } },
      ['the root volume of i-old is vol-9 now, and was vol-1 in the plan'],
    ],
    [
      'the Elastic IP moved',
      orderOf(
        {},
        { address: { allocationId: 'eipalloc-1', publicIp: '198.51.100.7', instanceId: 'i-old', tags: {} } },
      ),
      {
        ...now,
        address: { allocationId: 'eipalloc-1', publicIp: '198.51.100.7', instanceId: 'i-2', tags: {} },
      },
      ['the Elastic IP 198.51.100.7 belongs to i-2 now'],
    ],
  ])('%s', (_what, planned, found, changes) => {
    expect(planChanges(planned, found)).toEqual(changes);
  });
});

describe('the plan', () => {
  const lines = (plan: ReturnType<typeof restorePlan>) =>
    plan.sections.flatMap((section) => section.lines).join('\n');

  test('says what is lost, what is stopped, and what people must do', () => {
    const plan = restorePlan(orderOf(), facts, 'restore');
    expect(plan.sections.filter(({ tone }) => tone === 'danger').map(({ title }) => title)).toEqual([
      'Cut-over, once somebody presses a second button',
      'What is lost',
    ]);
    expect(lines(plan)).toContain(
      'The old machine i-old is stopped. It is not touched before, and never terminated',
    );
    expect(lines(plan)).toContain('/etc/default/replicated, line 2: PRIVATE_ADDRESS=10.20.1.12');
    expect(plan.start.view.stages.map(({ key }) => key)).toContain('fence');
  });

  test('of a test loses nothing, and stops nothing', () => {
    const plan = restorePlan(orderOf({ way: 'test', securityGroupIds: ['sg-9'] }), facts, 'restore');
    expect(plan.sections.filter(({ tone }) => tone === 'danger')).toEqual([]);
    expect(lines(plan)).not.toContain('is stopped. It');
  });

  test('says why the machine was not looked at', () => {
    const plan = restorePlan(orderOf({}, lost()), lost(), 'restore');
    expect(lines(plan)).toContain('Not looked at beforehand: the old machine is gone');
  });
});

test.each([
  ['m5.2xlarge', ['m6a.2xlarge', 'm5a.2xlarge', 'm6i.2xlarge', 'm5n.2xlarge', 'm7i.2xlarge', 'm4.2xlarge']],
  ['t3.large', ['t3a.large', 't2.large']],
  ['x99.huge', []],
  ['nonsense', []],
])('%s can be replaced by %j', (type, others) => {
  expect(alternativesTo(type)).toEqual(others);
});

test('backups are found by every word of their id, age, outcome and note', () => {
  const noted = {
    ...entry,
    backupId: 'bk-20261122-0200-bbbb',
    note: 'before the upgrade',
    createdAt: NOW - 90_000_000,
  };
  const others = [entry, noted, { ...entry, target: 'lab' }];
  const ids = (text: string) => matchingBackups(others, 'prod', text, NOW).map(({ backupId }) => backupId);
  expect(ids('')).toEqual([entry.backupId, noted.backupId]);
  expect(ids('UPGRADE before')).toEqual([noted.backupId]);
  expect(ids('complete 1 h old')).toEqual([entry.backupId, noted.backupId]);
  expect(ids('partial')).toEqual([]);
});
