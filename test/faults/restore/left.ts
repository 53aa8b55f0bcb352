import type { Approval } from '../../../src/core/approval/approval.ts';
import type { RestoreOrder } from '../../../src/core/restore/order.ts';
import type { RunView } from '../../../src/core/run/run-view.ts';
import { restoreInput } from '../../../src/runs/restore.ts';
import { openStore } from '../../../src/store/sqlite/database.ts';
import { type LeftBehind, leftBehind } from '../left-behind.ts';

/** What a bot that has ended left of its one restore. */
export interface RestoreLeft extends LeftBehind {
  order: RestoreOrder;
  approval: Approval;
  /** As its message should show it. */
  view: RunView;
}

/** Undefined where no restore was begun. */
export async function restoreLeft(folder: string): Promise<RestoreLeft | undefined> {
  const left = await leftBehind(folder);
  const runId = left.audit.find(({ kind, verb }) => kind === 'start' && verb === 'restore')?.runId;
  if (runId === undefined) return undefined;
  const store = await openStore({ folder, redact: (text) => text });
  try {
    const approval = (await store.approvals.get(runId))?.value;
    const message = await store.messages.get(`run/${runId}`);
    if (approval === undefined || message?.view.kind !== 'run') return undefined;
    const order = restoreInput.parse(approval.plan.start.input);
    return { ...left, order, approval, view: message.view.run };
  } finally {
    await store.close();
  }
}
