import fc from 'fast-check';
import { awayPlan } from '../../../src/commands/backup/quiesced-plan.ts';
import { cleanupPlan } from '../../../src/commands/cleanup/plan.ts';
import { datastoresPlan } from '../../../src/commands/datastores/plan.ts';
import { removalPlan } from '../../../src/commands/restore/removal-plan.ts';
import { prunePlan } from '../../../src/commands/retention/prune-plan.ts';
import { releasePlan } from '../../../src/commands/retention/release-plan.ts';
import { type Plan, shownOf } from '../../../src/core/approval/approval.ts';
import { plannedMachine } from '../../../src/core/approval/planned-machine.ts';
import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import { restoreOrder } from '../../../src/core/restore/choices.ts';
import { restorePlan } from '../../../src/core/restore/plan.ts';
import { plannedPrune } from '../../../src/core/retention/planned-prune.ts';
import { plannedRelease } from '../../../src/core/retention/release.ts';
import type { ReasonedBackup, RetentionPreview } from '../../../src/core/retention/result.ts';
import { newRunId } from '../../../src/core/run/run-id.ts';
import type { RunKind } from '../../../src/core/run/run-view.ts';
import { oneLine } from '../../../src/core/text/text.ts';
import { newBackupView } from '../../../src/runs/backup-stages.ts';
import { cleanupInput } from '../../../src/runs/cleanup.ts';
import { datastoresInput } from '../../../src/runs/datastores.ts';
import { restoreInput } from '../../../src/runs/restore.ts';
import { APPROVE, approvalMessage, DENY, WITHDRAW } from '../../../src/slack/approval/approval.ts';
import { idOf, instance, random, time, typed } from '../arbitraries.ts';
import { choices, facts, target } from '../restore/orders.ts';
import { namesIn, stringsIn, textsOf, unboundNames } from './names.ts';
import { approval } from './plans.ts';

const requester = { userId: 'U0123456789', teamId: 'T0123456789' };
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const id = (kind: string) => fc.nat({ max: 5_000 }).map((n) => idOf(kind, n));
const runId = (kind: RunKind) => fc.tuple(time, random).map(([at, dice]) => newRunId(kind, at, dice));

/** What people and other tools write: with ids, addresses and paths of things that are none of the plan's. */
const note = fc.oneof(
  typed.map((text) => oneLine(text)),
  fc
    .tuple(id('i'), fc.ipV4(), id('ami'), runId('backup'))
    .map(
      ([i, ip, ami, run]) => `of ${i} at ${ip}, /srv/copy/of and https://evil.example.com/x, ${ami}, ${run}`,
    ),
);

const machine = fc.record({ facts: instance, name: maybe(note) }).map(({ facts: one, name }) => {
  const { name: _name, ...rest } = one;
  return name === undefined ? rest : { ...rest, name };
});

const entry: fc.Arbitrary<CatalogueEntry> = fc
  .record({
    backupId: runId('backup'),
    imageId: id('ami'),
    sourceInstanceId: id('i'),
    createdAt: time,
    mode: fc.constantFrom('live' as const, 'quiesced' as const, 'reboot' as const),
    outcome: fc.constantFrom('complete' as const, 'partial' as const, undefined),
    note: maybe(note),
    held: fc.boolean(),
    heldBy: maybe(note.map((why) => `U0123456789 ${why}`)),
    isProtected: maybe(fc.constant(true as const)),
    privateIp: maybe(fc.ipV4()),
    publicIp: maybe(fc.ipV4()),
    hostname: maybe(fc.domain()),
    type: fc.constantFrom('m5.2xlarge', 'r5.large'),
    verifiedAt: maybe(time),
  })
  .map(({ privateIp, publicIp, hostname, type, ...rest }) =>
    defined({
      ...rest,
      target: 'prod',
      imageState: 'available',
      doubts: [],
      source: defined({
        privateIp,
        publicIp,
        hostname,
        type,
        subnetId: idOf('subnet', 1),
        securityGroupIds: [],
      }),
      snapshots: { [idOf('vol', 1)]: idOf('snap', 1), [idOf('vol', 2)]: idOf('snap', 2) },
    }),
  ) as fc.Arbitrary<CatalogueEntry>;

const url = maybe(fc.webAuthority({ withPort: true }).map((host) => `https://${host}`));
const selector = fc.oneof(
  id('i').map((one) => ({ by: 'id' as const, id: one })),
  note.map((value) => ({ by: 'tag' as const, key: 'Name', value })),
);

const away: fc.Arbitrary<Plan> = fc
  .record({
    runId: runId('backup'),
    machine,
    mode: fc.constantFrom('quiesced' as const, 'reboot' as const),
    ssh: fc.boolean(),
    url,
    note: maybe(note),
    instance: selector,
    last: maybe(fc.nat()),
    requestedAt: time,
  })
  .map(({ machine: one, ssh, url: at, last, ...rest }) => {
    const about = { ...rest, target: 'prod', region: 'eu-west-1', requester };
    const input = defined({
      ...about,
      channel: 'C1',
      alert: [],
      deadlineMs: 1,
      machine: plannedMachine(one),
      app: defined({ ssh, url: at }),
    });
    return awayPlan(input, last, newBackupView(defined(about), { retention: true, ssh }));
  });

const build = fc
  .tuple(fc.constantFrom('gh' as const, 'bb' as const), fc.stringMatching(/^[a-z][a-z.-]{0,9}$/), fc.nat())
  .map(([vcs, name, number]) => ({
    build: {
      vcs,
      org: name,
      project: name,
      number,
      url: `https://ci.example.com/${vcs}/${name}/${name}/${number}`,
    },
  }));

const cleanup: fc.Arbitrary<Plan> = fc
  .record({
    runId: runId('cleanup'),
    machine,
    chosen: fc.array(build, { minLength: 1, maxLength: 30 }),
    reason: note,
    instance: selector,
    isAsked: fc.boolean(),
    requestedAt: time,
  })
  .map(({ machine: one, chosen, reason, isAsked, ...rest }) => {
    const input = cleanupInput.parse({
      ...rest,
      target: 'prod',
      region: 'eu-west-1',
      requester,
      channel: 'C1',
      machine: plannedMachine(one),
      url: 'https://ci.example.com',
      console: '/opt/circleci/bin/dev-console --any',
      builds: chosen.map((each) => each.build),
      reason,
    });
    return cleanupPlan(input, chosen, { isAsked });
  });

const reasoned: fc.Arbitrary<ReasonedBackup> = fc.record({
  backupId: runId('backup'),
  imageId: id('ami'),
  createdAt: time,
  reason: fc.constantFrom(
    'no rule keeps it; what stays is the last 2',
    'it is partial, and its grace is over',
  ),
});
/** An image is in one list alone. */
const preview: fc.Arbitrary<RetentionPreview> = fc
  .tuple(fc.uniqueArray(reasoned, { selector: ({ imageId }) => imageId, maxLength: 40 }), fc.nat(), fc.nat())
  .map(([all, a, b]) => {
    const of = (n: number) => all.filter((_, i) => (i * (a + 1) + b) % 4 === n);
    return {
      deleting: of(0),
      disabling: of(1),
      enabling: of(2),
      kept: of(3),
      leftAlone: [],
      orphans: [],
      unproven: [],
    };
  });

const prune: fc.Arbitrary<Plan> = fc
  .record({ runId: runId('prune'), preview, usual: preview, withoutGrace: fc.boolean(), requestedAt: time })
  .map(({ preview: wanted, usual, ...rest }) => {
    const about = { ...rest, target: 'prod', region: 'eu-west-1', channel: 'C1', requester };
    return prunePlan({ ...about, ...plannedPrune(wanted) }, wanted, usual);
  });

const release: fc.Arbitrary<Plan> = fc
  .record({ runId: runId('release'), entry, why: note, requestedAt: time })
  .map(({ entry: one, why, ...rest }) => {
    const about = { ...rest, target: 'prod', region: 'eu-west-1', channel: 'C1', requester };
    const fate = 'By today’s rules retention keeps it for now (one of the last 2); later the rules decide.';
    return releasePlan({ ...about, why, backup: plannedRelease(one) }, one, { fate });
  });

const restore: fc.Arbitrary<Plan> = fc
  .record({
    runId: runId('restore'),
    entry,
    old: maybe(machine),
    wanted: fc.constantFrom('replace' as const, 'in-place' as const, 'test' as const),
    keepPrivateIp: fc.boolean(),
    cutOver: fc.constantFrom('planned' as const, 'asked' as const),
    newHost: maybe(fc.domain()),
    removeNomad: fc.boolean(),
    startApp: fc.boolean(),
    reason: note,
    address: maybe(fc.ipV4()),
    trouble: maybe(note),
    line: note,
    types: fc.subarray(['m6i.2xlarge', 'm5a.2xlarge', 'm7i.large']),
    subnets: fc.array(id('subnet'), { maxLength: 3 }),
    instance: selector,
    at: time,
  })
  .map(
    ({
      entry: one,
      old,
      address,
      trouble,
      line,
      types,
      subnets,
      instance: by,
      at,
      runId: run,
      wanted: kind,
      ...chosen
    }) => {
      const found = defined({
        entry: one,
        old:
          old === undefined
            ? undefined
            : {
                ...old,
                rootVolumeId: idOf('vol', 1),
                tags: { Name: 'name' in old ? old.name : '' },
                metadata: {},
                ebsOptimized: true,
              },
        subnet: facts.subnet,
        others: { types, subnets: subnets.map((subnetId) => ({ subnetId, zone: 'eu-west-1b' })) },
        address:
          address === undefined
            ? undefined
            : defined({
                allocationId: idOf('eipalloc', 1),
                publicIp: address,
                instanceId: old?.instanceId,
                tags: {},
              }),
        seen:
          trouble === undefined
            ? {
                files: [{ path: '/etc/sysconfig/replicated', lines: [{ line: 3, text: line }] }],
                mounts: [],
                hasNomad: chosen.removeNomad,
              }
            : { trouble },
      }) as typeof facts;
      // In place there has to be a machine.
      const way = old === undefined && kind === 'in-place' ? 'replace' : kind;
      const wanted = defined({
        ...choices,
        ...chosen,
        way,
        securityGroupIds: [idOf('sg', 9)],
      }) as typeof choices;
      const asked = { runId: run, target: { ...target, instance: by }, person: requester, at };
      const order = restoreInput.parse(restoreOrder(asked, wanted, found));
      return restorePlan(order, found, 'restore');
    },
  );

const removal: fc.Arbitrary<Plan> = fc
  .record({
    runId: runId('removal'),
    ofRun: runId('restore'),
    machines: fc.array(machine.map(plannedMachine), { maxLength: 2 }),
    why: fc.array(note, { minLength: 1, maxLength: 2 }),
    instance: selector,
    requestedAt: time,
  })
  .map((one) =>
    removalPlan({ ...one, target: 'prod', region: 'eu-west-1', channel: 'C1', requester, approved: true }),
  );

const store = fc
  .record({
    name: fc.constantFrom('pg', 'mongo', 'keys'),
    kind: fc.constantFrom('postgres' as const, 'mongodb' as const, 'keys' as const),
    host: maybe(fc.ipV4().map((ip) => `dba@${ip}, port 22`)),
    hostKeys: maybe(fc.constant([`SHA256:${'a'.repeat(43)}`])),
    server: maybe(fc.domain()),
    parts: fc.array(
      fc.record({
        form: fc.constantFrom('custom' as const, 'globals' as const, 'archive' as const, 'folder' as const),
        what: fc.constantFrom('database circle', 'the folder /data/circle/contexts-vault'),
        snapshotId: fc.constantFrom('0123456789abcdef'.repeat(4), 'fedcba9876543210'.repeat(4)),
        at: time,
        bytes: fc.nat(),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    missing: fc.array(note, { maxLength: 2 }),
  })
  .map((one) => defined(one));

const datastores: fc.Arbitrary<Plan> = fc
  .record({
    runId: runId('datastores'),
    requestedAt: time,
    reason: note,
    backup: fc.record({ backupId: runId('backup'), createdAt: time }),
    instance: selector,
    repository: fc.constant('s3:https://s3.example.com/backups'),
    stores: fc.array(store, { minLength: 1, maxLength: 4 }),
  })
  .map((one) =>
    datastoresPlan(
      datastoresInput.parse({ ...one, target: 'prod', region: 'eu-west-1', channel: 'C1', requester }),
    ),
  );

const ACTIONS: string[] = [APPROVE, DENY, WITHDRAW];

const MAKERS = { away, cleanup, prune, release, restore, removal, datastores };

describe.each(Object.entries(MAKERS))('the plan of %s', (_name, maker) => {
  test('names nothing that is not a part of what is approved and compared', () => {
    fc.assert(
      fc.property(maker, (plan) => {
        expect(unboundNames(plan)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('is all that its message in Slack shows of anything', () => {
    fc.assert(
      fc.property(maker, (plan) => {
        const { start } = plan;
        const view = {
          kind: 'approval' as const,
          approval: shownOf(approval({ plan, runId: plan.start.view.runId })),
          cut: false,
        };
        const { text, blocks } = approvalMessage(view, 'full', 'https://acme.slack.com/');
        const known = [start.view.runId, ...textsOf(plan), ...stringsIn(start.input)].join('\n');
        // Slack's message may cut a name in its middle.
        const said = stringsIn({ text, blocks }).filter(
          (one) => !one.includes('…') && !ACTIONS.includes(one),
        );
        for (const name of said.flatMap(namesIn)) expect(known).toContain(name);
      }),
      { numRuns: 100 },
    );
  });
});

test('the property sees what is not bound', () => {
  const plan = fc.sample(away, { numRuns: 1, seed: 1 })[0];
  if (plan === undefined) throw new Error('no plan');
  const { machine: _machine, ...input } = plan.start.input as { machine: unknown };
  const unbound = unboundNames({ ...plan, start: { ...plan.start, input } });
  expect(unbound).toContainEqual(expect.stringMatching(/^i-/));
  expect(namesIn('10.0.0.1 /etc/default/x gh/a/b/3 https://x.example.com/y')).toHaveLength(5);
});

function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]: Exclude<T[K], undefined> };
}
