import type { Reply } from '../../../src/commands/base/reply.ts';
import { list } from '../../../src/slack/backup/list.ts';
import { held } from '../../../src/slack/retention/hold.ts';
import { prune } from '../../../src/slack/retention/prune.ts';
import { entry, NOW, PROD } from '../../commands/fakes.ts';
import { said } from '../extremes/said.ts';

const ID = 'bk-20261123-0200-x4qz';
const DAY = 24 * 3_600_000;

describe('list', () => {
  const reply: Extract<Reply, { view: 'list' }> = {
    view: 'list',
    target: PROD,
    regions: ['eu-west-1'],
    filter: { held: false, partial: false },
    strays: 0,
    unproven: [],
    entries: [],
    page: 1,
    pages: 1,
    total: 0,
    now: NOW,
  };

  it('says what stands against each: hold, protection, soft deletion, doubts', () => {
    const lines = said(
      list({
        ...reply,
        total: 4,
        entries: [
          entry('bk-1', { held: true, heldBy: 'U0ANAMARIC before <!channel> the upgrade' }),
          entry('bk-2', { imageState: 'disabled', disabledAt: NOW - DAY, schedule: 'nightly' }),
          entry('bk-3', { isProtected: true, doubts: [{ code: 'public' }] }),
          entry('bk-4', { held: true, heldBy: 'somebody by hand' }),
        ],
      }),
    );
    expect(lines).toEqual([
      '*4 backups of prod*, newest first',
      ':white_check_mark: *complete* `bk-1`',
      expect.stringContaining(':lock: held'),
      'Held by <@U0ANAMARIC>: before &lt;!channel&gt; the upgrade',
      ':zzz: *complete, disabled by retention* `bk-2`',
      expect.stringMatching(/ · schedule nightly · disabled <!date.*>, deleted when its grace is over · /),
      ':white_circle: *not proven to be mine* `bk-3`',
      expect.anything(),
      'EC2 protects its image from deregistration, without a hold of mine.',
      'Left alone: it is public',
      ':white_check_mark: *complete* `bk-4`',
      expect.anything(),
      'Held by somebody by hand',
      'Page 1 of 1, read from EC2’s tags in eu-west-1.',
    ]);
  });

  it('keeps the filter on the next page', () => {
    const filter = { held: true, partial: true, before: { date: '2026-10-01', ms: 1 } };
    const lines = said(list({ ...reply, filter, total: 11, pages: 2, entries: [entry('bk-1')] }));
    expect(lines[0]).toBe('*11 held partial backups of prod made before 2026-10-01*, newest first');
    expect(lines.at(-1)).toBe(
      'Next: `/circleci-backup list prod --held --partial --before 2026-10-01 --page 2`',
    );
  });

  it('says that there is none, and where the others are', () => {
    expect(said(list({ ...reply, filter: { held: true, partial: false }, strays: 1 }))).toEqual([
      'There is no held backup of prod in eu-west-1.',
      'All of them: `/circleci-backup list prod`',
      '1 more backup of this region belongs to a target that is not configured here, and stays: `/circleci-backup list --no-target`',
    ]);
  });

  it('names the targets of those that have none here', () => {
    const { target: _none, ...rest } = reply;
    const lines = said(list({ ...rest, total: 1, entries: [entry('bk-1', { target: 'old' })] }));
    expect(lines[0]).toBe('*1 backup with no configured target*, newest first; retention never deletes them');
    expect(lines[2]).toMatch(/ · target old · /);
  });
});

describe('hold', () => {
  it('says what holds, and how to give it back', () => {
    const reply = {
      view: 'held',
      backupId: ID,
      target: 'prod',
      imageId: 'ami-1',
      why: 'why',
      wasDisabled: true,
    } as const;
    expect(said(held(reply))).toEqual([
      `:lock: \`${ID}\` of *prod* is held: retention keeps it, and EC2 refuses to deregister \`ami-1\`. It was disabled and is enabled again.`,
      'Why: why',
      `To give it back: \`/circleci-backup release ${ID}\``,
    ]);
  });
});

describe('prune', () => {
  const backups = (count: number, reason: string) =>
    Array.from({ length: count }, (_, i) => ({
      backupId: `bk-${i}`,
      imageId: `ami-${i}`,
      createdAt: NOW - (i + 1) * DAY,
      reason,
    }));
  const nothing = {
    deleting: [],
    disabling: [],
    enabling: [],
    kept: [],
    leftAlone: [],
    orphans: [],
    unproven: [],
  };
  const about = { view: 'prune', target: { ...PROD, deleteGraceMs: 3 * DAY }, now: NOW } as const;

  it('says each with its reason', () => {
    const kept = backups(1, 'newest complete backup');
    const preview = {
      deleting: backups(14, 'no rule keeps it'),
      disabling: backups(1, 'too old'),
      enabling: kept,
      kept,
      leftAlone: [{ imageId: 'ami-9', reason: 'not ours: it is public' }],
      orphans: [{ snapshotId: 'snap-1', runId: 'bk-7', volumeBytes: 2 * 1024 ** 3 }],
      unproven: [],
    };
    const lines = said(prune({ ...about, preview }));
    expect(lines.slice(0, 3)).toEqual([
      '*What retention would do with prod now*',
      ':wastebasket: *It would delete 14 backups*',
      '`bk-0` (1 d old): no rule keeps it',
    ]);
    expect(lines.slice(14)).toEqual([
      'and 2 more',
      ':zzz: *It would disable, and delete 3 d later, 1 backup*',
      '`bk-0` (1 d old): too old',
      ':arrows_counterclockwise: *It would enable again 1 backup*',
      '`bk-0` (1 d old): newest complete backup',
      '*It leaves alone 1 image*',
      '`ami-9`: not ours: it is public',
      '*Without an image (2 GiB of volumes): 1 snapshot*',
      '`snap-1` (bk-7): it costs money and restores nothing by itself',
      expect.stringMatching(/^Nothing was done\. Retention runs by itself after each complete backup[.;]/),
    ]);
  });

  it('says when nothing would change', () => {
    expect(said(prune({ ...about, preview: nothing }))[1]).toBe('It would change nothing.');
  });
});
