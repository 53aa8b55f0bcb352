import fc from 'fast-check';
import { checkMessage } from '../../../sandbox/slack/limits/limits.ts';
import { firstPost } from '../../../src/slack/outbox/first-post.ts';
import { request } from '../extremes/approval.ts';
import { run } from '../extremes/extremes.ts';
import { taskRun } from '../extremes/task.ts';
import { runView, someResult } from '../run/runs.ts';

const ANA = { userId: 'U0ANAMARIC', teamId: 'T0ACMERAIL' };

describe('what a message is posted with before its state comes by edit', () => {
  it('of a run: who asked, whatever came of it since', () => {
    const first = firstPost({ kind: 'run', run: runView() });
    expect(first?.text).toBe(
      'Backup of prod, asked for by <@U0ANAMARIC>: `bk-20260901-0914-abcd`. How it goes is shown here or in a newer message.',
    );
    expect(firstPost({ kind: 'run', run: runView({ result: someResult() }) })).toEqual(first);
    const requester = { schedule: 'nightly', slot: 0 };
    expect(firstPost({ kind: 'run', run: runView({ requester }) })?.text).toContain(
      'asked for by the schedule `nightly`:',
    );
  });

  it('of a list: whose it is', () => {
    const checklist = {
      runId: 'rs-20260901-0914-abcd',
      target: 'prod',
      channel: 'C0CIBACKUPS',
      requester: ANA,
      title: 'prod runs on i-0abc: this is left for people',
      items: [],
      actions: [],
      madeAt: 0,
      reminders: 0,
    };
    expect(firstPost({ kind: 'checklist', checklist })?.text).toBe(
      'prod runs on i-0abc: this is left for people (`rs-20260901-0914-abcd`). The list is shown here or in a newer message.',
    );
  });

  it('of a request: those it calls, while it is open', () => {
    fc.assert(
      fc.property(request, (view) => {
        const { approvers, requester, state } = view.approval;
        const called = firstPost(view)?.text.split(`<@${requester.userId}> asks`)[0] ?? '';
        expect(approvers.filter((id) => called.includes(id)).length > 0).toBe(state === 'open');
      }),
    );
  });

  it('is taken by Slack, whatever people wrote, and has nothing to press', () => {
    const view = fc.oneof(
      fc.oneof(run, taskRun).map((one) => ({ kind: 'run' as const, run: one })),
      request,
    );
    fc.assert(
      fc.property(view, (one) => {
        const first = firstPost(one);
        if (first === undefined) throw new Error('there is none');
        checkMessage(first, { newestBlocks: false, maxText: 4_000 });
        expect(first.blocks.map(({ type }) => type)).toEqual(['section']);
        expect(first.text).toMatch(/ is shown here or in a newer message\.$/);
      }),
    );
  });

  it('of whatever calls people at once: nothing, it is posted whole', () => {
    expect(firstPost({ kind: 'note', text: 'an alarm', tone: 'bad' })).toBeUndefined();
    expect(
      firstPost({ kind: 'test', target: 'prod', mentions: [ANA.userId], requester: ANA }),
    ).toBeUndefined();
  });
});
