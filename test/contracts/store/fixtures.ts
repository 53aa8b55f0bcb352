import type { Lock } from '../../../src/core/store/locks.ts';
import type { MessageView } from '../../../src/core/store/messages.ts';
import type { Store } from '../../../src/core/store/store.ts';
import type { Redact } from '../../../src/core/text/redact.ts';

/** The store of the test that runs now. */
export interface Here {
  readonly store: Store;
  /** Closes it and opens it again, as the next process would. */
  reopen(redact?: Redact): Promise<void>;
}

export const ANA = { userId: 'U1', teamId: 'T1' };
export const BEN = { userId: 'U2', teamId: 'T1' };

export function lockOf(target: string, runId: string): Lock {
  return {
    target,
    runId,
    requester: ANA,
    since: 1000,
    workflow: 'backup',
    input: { mode: 'live', note: 'before the upgrade' },
  };
}

export function note(text: string): MessageView {
  return { kind: 'note', runId: 'bk-1', text, tone: 'info' };
}

export function message(id: string, text = 'first') {
  return { id, channel: 'C1', broadcast: false, view: note(text), final: false };
}
