import type { OutboxMessage } from '../../../src/core/store/messages.ts';
import { directIdOf, fallbackFor, isDirect } from '../../../src/slack/outbox/direct-fallback.ts';
import { someDigest } from '../routine/digests.ts';
import { runMessage, runView, someResult } from '../run/runs.ts';

const run = (result: boolean) => runMessage(runView(result ? { result: someResult() } : {}));
const note = (mentions?: string[]): OutboxMessage => ({
  ...run(true),
  id: 'run/bk-1/end',
  threadOf: 'run/bk-1',
  broadcast: true,
  view: {
    kind: 'note',
    runId: 'bk-1',
    tone: 'bad',
    text: 'it failed',
    ...(mentions === undefined ? {} : { mentions }),
  },
});

describe('what stands in for a message that its channel did not take', () => {
  it('is the whole result, for the requester', () => {
    const message = run(true);
    expect(fallbackFor(message, 'not_in_channel')).toEqual({
      id: directIdOf(message.id),
      channel: 'U0ANAMARIC',
      broadcast: false,
      final: true,
      view: {
        kind: 'run',
        run: {
          ...runView({ result: someResult() }),
          insteadOf: { channel: 'C0CIBACKUPS', code: 'not_in_channel' },
        },
      },
    });
  });

  it('is nothing for a schedule, which reads no direct messages', () => {
    const requester = { schedule: 'nightly', slot: 0 };
    const routine = runMessage(runView({ requester, result: someResult() }));
    expect(fallbackFor(routine, 'not_in_channel')).toBeUndefined();
  });

  it('is nothing while the run goes on', () => {
    expect(fallbackFor(run(false), 'not_in_channel')).toBeUndefined();
  });

  it('is the note, for whom it calls', () => {
    expect(fallbackFor(note(['U0BENOKORO']), 'is_archived')).toMatchObject({
      channel: 'U0BENOKORO',
      broadcast: false,
      view: { text: 'it failed', insteadOf: { code: 'is_archived' } },
    });
    expect(fallbackFor(note(), 'is_archived')).toBeUndefined();
  });

  it('is for the first person it calls: a group has no direct messages', () => {
    expect(fallbackFor(note(['S0CIOPERATE', 'U0BENOKORO']), 'is_archived')).toMatchObject({
      channel: 'U0BENOKORO',
    });
    expect(fallbackFor(note(['S0CIOPERATE']), 'is_archived')).toBeUndefined();
  });

  it('is the test itself, for who asked for it, and never a digest', () => {
    const requester = { userId: 'U0BENOKORO', teamId: 'T0ACMERAIL' };
    const test: OutboxMessage = {
      ...note(),
      id: 'notify/prod/1',
      view: { kind: 'test', target: 'prod', mentions: ['U0ANAMARIC'], requester },
    };
    expect(fallbackFor(test, 'is_archived')).toMatchObject({
      channel: 'U0BENOKORO',
      view: { kind: 'test', insteadOf: { code: 'is_archived' } },
    });
    expect(fallbackFor({ ...test, view: { kind: 'digest', digest: someDigest() } }, 'x')).toBeUndefined();
  });

  it('has nothing that stands in for it', () => {
    const direct = fallbackFor(run(true), 'x');
    if (direct === undefined) throw new Error('no direct message');
    expect(isDirect(direct.id)).toBe(true);
    expect(fallbackFor({ ...run(true), ...direct }, 'x')).toBeUndefined();
  });
});
