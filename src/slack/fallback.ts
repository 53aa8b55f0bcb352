import type { OutboxMessage } from '../core/store.ts';

type NewMessage = Pick<OutboxMessage, 'id' | 'channel' | 'broadcast' | 'view' | 'final'>;

/**
 * The direct message that stands in for one the channel did not take: for a run's final message and for a note that
 * calls somebody. Undefined where nobody waits, or where it is itself a direct message.
 */
export function fallbackFor(message: OutboxMessage, code: string): NewMessage | undefined {
  if (message.id.endsWith('/direct')) return undefined;
  const base = { id: `${message.id}/direct`, broadcast: false, final: true };
  const why = `I could not post this in the channel ${message.channel} (${code}).`;
  const mend = code === 'not confirmed' ? '' : ' Invite me there, and it follows.';
  if (message.view.kind === 'run') {
    if (message.view.run.result === undefined) return undefined;
    const run = { ...message.view.run, hint: `${why}${mend}` };
    return { ...base, channel: run.requestedBy.userId, view: { kind: 'run', run } };
  }
  if (message.view.mention === undefined) return undefined;
  return {
    ...base,
    channel: message.view.mention,
    view: { ...message.view, text: `${message.view.text} (${why})` },
  };
}
