import type { Approval } from '../../../src/core/approval/approval.ts';
import { runMessageId } from '../../../src/core/run/run-id.ts';
import type { RunView } from '../../../src/core/run/run-view.ts';
import { openStore } from '../../../src/store/sqlite/database.ts';
import { type LeftBehind, leftBehind } from '../left-behind.ts';

/** A run that was begun. */
export interface LeftRun {
  /** As its message should show it. */
  view: RunView;
  /** What is told in its thread at its end; missing where nothing is. */
  endNote?: string;
}

/** What a bot that has ended left of its runs. */
export interface Left extends LeftBehind {
  approvals: Approval[];
  /** Those that have begun, in the order in which they were asked for. */
  begun: LeftRun[];
}

export async function leftOf(folder: string): Promise<Left> {
  const left = await leftBehind(folder);
  const ids = [...new Set(left.audit.flatMap(({ runId }) => runId ?? []))];
  const store = await openStore({ folder, redact: (text) => text });
  try {
    const approvals: Approval[] = [];
    const begun: LeftRun[] = [];
    for (const id of ids) {
      const approval = await store.approvals.get(id);
      if (approval !== undefined) approvals.push(approval.value);
      const view = (await store.messages.get(runMessageId(id)))?.view;
      if (view?.kind !== 'run') continue;
      const end = (await store.messages.get(`${runMessageId(id)}/end`))?.view;
      begun.push({ view: view.run, ...(end?.kind === 'note' ? { endNote: end.text } : {}) });
    }
    return { ...left, approvals, begun };
  } finally {
    await store.close();
  }
}
