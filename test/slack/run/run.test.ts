import { whyDirect } from '../../../src/slack/outbox/replacement.ts';
import { runMessage } from '../../../src/slack/run/run.ts';
import { runView, someResult } from './runs.ts';

const seen = (view: Parameters<typeof runMessage>[0]) => JSON.stringify(runMessage(view).blocks);
const firstLine = (view: Parameters<typeof runMessage>[0]) => runMessage(view).text.split('\n')[0];

describe('the message of a run', () => {
  it('says in its first line what is true now', () => {
    const copying = runView({
      percent: 34,
      stages: runView().stages.map((stage) =>
        stage.key === 'snapshots' ? { ...stage, state: 'running' } : stage,
      ),
    });
    const canceled = { code: 'canceled' as const, by: 'U1', snapshotIds: [] };
    expect([
      firstLine(runView()),
      firstLine(copying),
      firstLine({ ...copying, cancelRequestedBy: 'U0BENOKORO' }),
      firstLine(runView({ result: someResult() })),
      firstLine(runView({ result: someResult({ outcome: 'partial' }) })),
      firstLine(runView({ result: someResult({ outcome: 'failed' }) })),
      firstLine(runView({ result: someResult({ outcome: 'failed', problem: canceled }) })),
    ]).toEqual([
      'Backup of prod is starting (bk-20260901-0914-abcd)',
      'Backup of prod: copy the volumes, 34 % (bk-20260901-0914-abcd)',
      'Backup of prod: stopping at the next safe point (bk-20260901-0914-abcd)',
      'Backup of prod is complete (bk-20260901-0914-abcd)',
      'Backup of prod is PARTIAL: not all of the machine is in it (bk-20260901-0914-abcd)',
      'Backup of prod FAILED (bk-20260901-0914-abcd)',
      'Backup of prod was canceled (bk-20260901-0914-abcd)',
    ]);
  });

  it('can be canceled while it runs, and has no buttons afterwards', () => {
    expect(seen(runView())).toContain('"circleci-backup:cancel"');
    expect(seen(runView({ result: someResult() }))).not.toContain('"actions"');
  });

  it('offers the restore of a complete backup only', () => {
    expect(seen(runView({ result: someResult() }))).toContain('/circleci-backup restore bk-');
    for (const outcome of ['partial', 'failed'] as const) {
      expect(seen(runView({ result: someResult({ outcome }) }))).not.toContain('restore bk-');
    }
  });

  it('names the volumes that a partial backup lacks', () => {
    const volumes = [
      { volumeId: 'vol-1', device: '/dev/sda1', state: 'in the backup' },
      { volumeId: 'vol-2', device: '/dev/sdf', state: 'missing' },
    ] as const;
    const shown = seen(runView({ result: someResult({ outcome: 'partial', volumes: [...volumes] }) }));
    expect(shown).toContain('missing: vol-2 (/dev/sdf)');
    expect(shown).toContain('1 of 2 volumes');
  });

  it('never calls an unknown size zero', () => {
    const added = { known: false, reason: 'the snapshot before it is gone' } as const;
    expect(seen(runView({ result: someResult({ added }) }))).toContain(
      'size unknown: the snapshot before it is gone',
    );
  });

  it('says it all in lines where Slack has no plan, and in text where it takes no blocks', () => {
    const plain = runMessage(runView({ result: someResult() }), 'plain');
    expect(JSON.stringify(plain.blocks)).not.toContain('"plan"');
    expect(JSON.stringify(plain.blocks)).toContain('· Find the Services machine');
    const text = runMessage(runView({ continued: true, hint: 'EC2 is slow' }), 'text');
    expect(text.blocks).toEqual([]);
    expect(text.text).toContain('/circleci-backup cancel bk-20260901-0914-abcd');
    expect(text.text).toContain('could not be kept up to date');
    expect(text.text).toContain('EC2 is slow');
  });
});

describe('why a message comes directly', () => {
  it.each([
    ['not confirmed', 'Slack did not confirm that this stands in <#C1>, so you have it here as well.'],
    ['not_in_channel', 'I am not a member of <#C1>. Invite me there, and this follows.'],
    [
      'channel_not_found',
      'I cannot see the channel C1. Invite me there, or set BACKUP_CHANNEL to another one.',
    ],
    ['is_archived', '<#C1> is archived. Once it is not, this follows.'],
    ['thread_not_found', 'The message in <#C1> that this belongs to is gone, so you have it here.'],
    [
      'restricted_action',
      'Slack does not let me write this in <#C1> (restricted_action). I try again every minute.',
    ],
  ])('%s', (code, words) => {
    expect(whyDirect({ channel: 'C1', code })).toBe(words);
  });
});
