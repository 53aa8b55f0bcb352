import fc from 'fast-check';
import type { TargetSchedules } from '../../../src/commands/base/reply.ts';
import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import type { Doubt } from '../../../src/core/catalogue/ownership.ts';
import type { BackupResult } from '../../../src/core/model/backup.ts';
import type { Target } from '../../../src/core/model/target.ts';
import type { Problem } from '../../../src/core/problems/problem.ts';
import type { RetentionPreview } from '../../../src/core/retention/result.ts';
import type { AuditRow } from '../../../src/core/run/audit.ts';
import type { RunView, Stage } from '../../../src/core/run/run-view.ts';
import type { Lock } from '../../../src/core/store/locks.ts';
import { runView, someResult } from '../run/runs.ts';

/** Input as far out as it can come: from people, from EC2's tags and errors, and from an older database. */

const PINGS = [
  '<!channel>',
  '<!here|here>',
  '<@U0BENOKORO>',
  '<#C0GENERAL00>',
  '<https://evil.example|prod>',
];

export const nasty: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '`',
    '```',
    '*_~',
    '&amp;',
    '🚂'.repeat(2_000),
    'x'.repeat(5_000),
    '<&>'.repeat(1_500),
  ),
  fc.tuple(fc.constantFrom(...PINGS), fc.integer({ min: 1, max: 300 })).map(([ping, n]) => ping.repeat(n)),
);

const userId = fc.constantFrom('U0ANAMARIC', 'U0BENOKORO');
const person = userId.map((id) => ({ userId: id, teamId: 'T0ACMERAIL' }));
const time = fc.integer({ min: 0, max: 4_102_444_800_000 });
const runId = fc.constant('bk-20260901-0914-abcd');
const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,39}$/);

export const target: fc.Arbitrary<Target> = fc.record({
  name,
  region: fc.constantFrom('eu-west-1', 'us-gov-west-1'),
  instance: fc.constant({ by: 'id' as const, id: 'i-1' }),
  channel: fc.constant('C0CIBACKUPS'),
  operators: fc.array(fc.constantFrom('U0ANAMARIC', 'S0CIOPERATE'), { maxLength: 40 }),
  approvers: fc.constant(['S0CIAPPROVE']),
  approvalsRequired: fc.constant(1),
  approvalExpiresMs: fc.constant(1),
  typeTargetName: fc.constant(false),
  deadlineMs: fc.constant(1),
  schedules: fc.constant([]),
  timezone: fc.constant('UTC'),
  notify: fc.constant('all' as const),
  digest: fc.constant(true),
  keepFailedMs: fc.constant(1),
  devConsole: fc.constant({ command: 'circleci dev-console', openMs: 1 }),
});

const problem: fc.Arbitrary<Problem> = fc.oneof(
  fc.record({ code: fc.constant('ec2-refused' as const), action: nasty, awsCode: nasty, awsMessage: nasty }),
  fc.record({
    code: fc.constant('permissions-missing' as const),
    actions: fc.array(nasty, { maxLength: 10 }),
  }),
  fc.record({
    code: fc.constant('canceled' as const),
    by: userId,
    snapshotIds: fc.array(nasty, { maxLength: 40 }),
  }),
  fc.record({ code: fc.constant('unexpected' as const), step: nasty, message: nasty }),
  fc.record({
    code: fc.constant('volumes-missing' as const),
    imageId: nasty,
    volumes: fc.array(fc.record({ volumeId: nasty, device: nasty }), { maxLength: 40 }),
  }),
);

const result: fc.Arbitrary<BackupResult> = fc
  .record(
    {
      outcome: fc.constantFrom('complete' as const, 'partial' as const, 'failed' as const),
      imageId: nasty,
      volumes: fc.array(
        fc.record({
          volumeId: nasty,
          device: nasty,
          state: fc.constantFrom('in the backup' as const, 'missing' as const, 'failed' as const),
        }),
        { maxLength: 40 },
      ),
      added: fc.oneof(
        fc.record({ known: fc.constant(true as const), bytes: fc.nat() }),
        fc.record({ known: fc.constant(false as const), reason: nasty }),
      ),
      app: fc.oneof(
        fc.record({ state: fc.constantFrom('up' as const, 'down' as const, 'unknown' as const) }),
        fc.record({ state: fc.constant('up' as const), downtimeMs: fc.nat() }),
      ),
      checked: fc.array(nasty, { maxLength: 20 }),
      warnings: fc.array(nasty, { maxLength: 60 }),
      problem,
    },
    { requiredKeys: ['outcome', 'volumes', 'added', 'checked', 'warnings'] },
  )
  .map((change) => someResult(change));

const stage: fc.Arbitrary<Partial<Stage>> = fc.record(
  {
    state: fc.constantFrom('pending', 'running', 'done', 'failed', 'skipped'),
    startedAt: time,
    endedAt: time,
    detail: nasty,
  },
  { requiredKeys: ['state'] },
);

export const run: fc.Arbitrary<RunView> = fc
  .record(
    {
      note: nasty,
      percent: fc.nat(100),
      hint: nasty,
      cancelRequestedBy: userId,
      result,
      continued: fc.constant(true),
      insteadOf: fc.record({
        channel: fc.constant('C0CIBACKUPS'),
        code: fc.oneof(fc.constantFrom('not confirmed', 'is_archived', 'channel_not_found'), nasty),
      }),
      stages: fc.array(stage, { minLength: 7, maxLength: 7 }),
      target: name,
    },
    { requiredKeys: ['stages'] },
  )
  .map(({ stages, ...change }) => {
    const view = runView(change);
    return { ...view, stages: view.stages.map((each, i) => ({ ...each, ...stages[i] })) };
  });

const optionalTexts = fc.record(
  {
    privateIp: nasty,
    publicIp: nasty,
    type: nasty,
    zone: nasty,
    subnetId: nasty,
    keyName: nasty,
    profileArn: nasty,
    hostname: nasty,
  },
  { requiredKeys: [] },
);

/** A tag has at most 256 characters; people and other programs may have changed any of them. */
const tag = nasty.map((text) => Array.from(text).slice(0, 256).join(''));

const doubt: fc.Arbitrary<Doubt> = fc.oneof(
  fc.record({ code: fc.constant('name-differs' as const), name: nasty, expected: nasty }),
  fc.record({ code: fc.constant('other-tool' as const), tag: nasty }),
  fc.record({ code: fc.constant('tags-missing' as const), tags: fc.array(tag, { maxLength: 3 }) }),
);

export const entry: fc.Arbitrary<CatalogueEntry> = fc
  .record(
    {
      backupId: tag,
      target: tag,
      imageId: fc.constant('ami-0a3d5b7c000000001'),
      imageState: tag,
      mode: fc.constantFrom('live' as const, 'quiesced' as const, 'reboot' as const),
      outcome: fc.constantFrom('complete' as const, 'partial' as const, 'failed' as const),
      createdAt: time,
      sourceInstanceId: tag,
      addedBytes: fc.nat(),
      totalBytes: fc.nat(),
      note: tag,
      verifiedAt: time,
      held: fc.boolean(),
      heldBy: fc.oneof(tag, fc.constant('U0ANAMARIC <!channel> because')),
      isProtected: fc.constant(true),
      disabledAt: time,
      schedule: tag,
      doubts: fc.array(doubt, { maxLength: 6 }),
      snapshots: fc.constant({}),
    },
    {
      requiredKeys: [
        'backupId',
        'target',
        'imageId',
        'imageState',
        'mode',
        'createdAt',
        'held',
        'doubts',
        'snapshots',
      ],
    },
  )
  .chain((about) =>
    fc
      .tuple(optionalTexts, fc.array(tag, { maxLength: 20 }))
      .map(([source, securityGroupIds]) => ({ ...about, source: { ...source, securityGroupIds } })),
  );

const reasonedBackup = fc.record({
  backupId: tag,
  imageId: fc.constant('ami-0a3d5b7c000000001'),
  createdAt: time,
  reason: nasty,
});
const reasonedBackups = fc.array(reasonedBackup, { maxLength: 30 });

export const preview: fc.Arbitrary<RetentionPreview> = fc.record({
  deleting: reasonedBackups,
  disabling: reasonedBackups,
  enabling: reasonedBackups,
  kept: reasonedBackups,
  leftAlone: fc.array(
    fc.record({ backupId: tag, imageId: tag, reason: nasty }, { requiredKeys: ['imageId', 'reason'] }),
    { maxLength: 30 },
  ),
  orphans: fc.array(fc.record({ snapshotId: tag, runId: tag, volumeBytes: fc.nat() }), { maxLength: 30 }),
  unproven: fc.array(tag, { maxLength: 2 }),
});

/** A cron’s words can be long: every minute and hour may be named in it. */
export const targetSchedules: fc.Arbitrary<TargetSchedules> = fc.record(
  {
    target,
    schedules: fc.array(
      fc.record(
        { name, words: nasty, keep: nasty, next: fc.array(time, { maxLength: 3 }) },
        { requiredKeys: ['name', 'words', 'next'] },
      ),
      { maxLength: 20 },
    ),
    pause: fc.record({ target: name, until: time, by: person, at: time }),
  },
  { requiredKeys: ['target', 'schedules'] },
);

export const lock: fc.Arbitrary<Lock> = fc.record({
  target: name,
  runId,
  requester: person,
  since: time,
  workflow: fc.constant('backup'),
  input: fc.constant({}),
});

export const auditRow: fc.Arbitrary<AuditRow> = fc.record(
  {
    seq: fc.nat(),
    at: time,
    kind: fc.constantFrom('request' as const, 'refusal' as const, 'result' as const, 'cancel' as const),
    verb: fc.constantFrom('now', 'cancel'),
    target: tag,
    runId,
    actor: person,
    detail: fc.dictionary(
      fc.constantFrom('code', 'outcome', 'problem', 'stage', 'startedAt'),
      fc.oneof(tag, fc.nat()),
    ),
  },
  { requiredKeys: ['seq', 'at', 'kind', 'verb', 'detail'] },
);

export { name, runId, time };
