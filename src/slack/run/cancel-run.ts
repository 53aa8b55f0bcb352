import type { AnyBlock } from '@slack/types';
import type { RunKind, RunView } from '../../core/run/run-view.ts';
import { actions, button } from '../kit/blocks.ts';

export const CANCEL_RUN = 'circleci-backup:cancel';

const CONFIRM: Record<RunKind, { title: string; text: string; confirm: string }> = {
  backup: {
    title: 'Cancel this backup?',
    text: 'The run stops at its next safe point. If EC2 has begun the image, EC2 goes on with it, and the run says what remains.',
    confirm: 'Cancel the backup',
  },
  restore: {
    title: 'Stop this restore?',
    text: 'It stops before its next step and asks what shall become of what it has made. Nothing is removed by this.',
    confirm: 'Stop the restore',
  },
  cleanup: {
    title: 'Stop this clean-up?',
    text: 'It stops before the next build. Builds that were deleted stay deleted, and the run lists them.',
    confirm: 'Stop the clean-up',
  },
  prune: {
    title: 'Stop deleting?',
    text: 'It stops before the next backup. What was deleted stays deleted, and the run lists it.',
    confirm: 'Stop deleting',
  },
  release: {
    title: 'Stop this release?',
    text: 'It stops before its next step.',
    confirm: 'Stop it',
  },
  removal: {
    title: 'Stop this removal?',
    text: 'It stops before its next step. What is terminated by then stays terminated.',
    confirm: 'Stop the removal',
  },
  datastores: {
    title: 'Stop this restore?',
    text: 'A database that is being restored is left as it was before, and the run asks how to go on. What was restored by then stays.',
    confirm: 'Stop the restore',
  },
};

export function cancelBlock(run: RunView): AnyBlock {
  return actions(
    button({
      text: 'Cancel',
      actionId: CANCEL_RUN,
      value: run.runId,
      confirm: {
        ...CONFIRM[run.kind],
        deny: 'Let it run',
      },
    }),
  );
}
