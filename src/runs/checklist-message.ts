import { type Checklist, isFinished } from '../core/restore/checklist.ts';
import type { OutboxMessage } from '../core/store/messages.ts';

export function checklistMessageId(runId: string): string {
  return `checklist/${runId}`;
}

/** The list's one message; written again it is edited. It is final once nothing is left to tick or to press. */
export function checklistMessage(
  list: Checklist,
): Pick<OutboxMessage, 'id' | 'channel' | 'broadcast' | 'view' | 'final'> {
  return {
    id: checklistMessageId(list.runId),
    channel: list.channel,
    broadcast: false,
    final: isFinished(list) && list.actions.length === 0,
    view: { kind: 'checklist', checklist: list },
  };
}
