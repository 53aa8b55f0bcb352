import { defined } from '../core/model/defined.ts';
import type { MessageView, OutboxMessage } from '../core/store/messages.ts';

/** What is put into the outbox; writing the same id again edits it. */
export type NewMessage = Pick<OutboxMessage, 'id' | 'channel' | 'threadOf' | 'broadcast' | 'view' | 'final'>;

/** A line of text: by itself in a channel and not to be lost, unless it says otherwise. */
export function noteMessage(
  {
    id,
    channel,
    threadOf,
    broadcast = false,
    final = true,
  }: Pick<NewMessage, 'id' | 'channel'> & Partial<NewMessage>,
  note: Omit<Extract<MessageView, { kind: 'note' }>, 'kind'>,
): NewMessage {
  return { id, channel, ...defined({ threadOf }), broadcast, final, view: { kind: 'note', ...note } };
}
