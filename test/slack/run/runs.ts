import type { BackupResult } from '../../../src/core/model/backup.ts';
import type { RunView } from '../../../src/core/run/run-view.ts';
import type { OutboxMessage } from '../../../src/core/store/messages.ts';
import { newBackupView } from '../../../src/runs/backup-stages.ts';

/** Stored content as workflows leave it. */

export function runView(change: Partial<RunView> = {}): RunView {
  return {
    ...newBackupView(
      {
        runId: 'bk-20260901-0914-abcd',
        target: 'prod',
        region: 'eu-west-1',
        mode: 'live',
        requester: { userId: 'U0ANAMARIC', teamId: 'T0ACMERAIL' },
        requestedAt: Date.UTC(2026, 8, 1, 9, 14),
      },
      { retention: true },
    ),
    ...change,
  };
}

export function someResult(change: Partial<BackupResult> = {}): BackupResult {
  return {
    runId: 'bk-20260901-0914-abcd',
    target: 'prod',
    region: 'eu-west-1',
    mode: 'live',
    outcome: 'complete',
    startedAt: Date.UTC(2026, 8, 1, 9, 14),
    finishedAt: Date.UTC(2026, 8, 1, 9, 31),
    imageId: 'ami-0a3d5b7c000000001',
    volumes: [{ volumeId: 'vol-1', device: '/dev/sda1', snapshotId: 'snap-1', state: 'in the backup' }],
    totalBytes: 150 * 1024 ** 3,
    added: { known: true, bytes: 48 * 1024 ** 3 },
    checked: ['image ami-0a3d5b7c000000001 is available'],
    warnings: [],
    ...change,
  };
}

export function runMessage(run: RunView, change: Partial<OutboxMessage> = {}): OutboxMessage {
  return {
    id: `run/${run.runId}`,
    channel: 'C0CIBACKUPS',
    broadcast: false,
    view: { kind: 'run', run },
    version: 1,
    sentVersion: 0,
    state: 'new',
    final: run.result !== undefined,
    updatedAt: 0,
    ...change,
  };
}
