import type { View } from '@slack/types';
import { z } from 'zod';
import type { Approval } from '../../core/approval/approval.ts';
import { cut } from '../../core/text/text.ts';
import { plain } from '../kit/blocks.ts';

export const DENY_FORM = 'circleci-backup:deny-form';
export const DENY_REASON = 'reason';
export const APPROVE_FORM = 'circleci-backup:approve-form';
export const APPROVE_TYPED = 'typed';

/** Carried through a form: which request, which plan, and where to answer. */
export const voteMetadata = z.object({ runId: z.string(), digest: z.string(), channelId: z.string() });

type VoteMetadata = z.infer<typeof voteMetadata>;

export function denyForm(approval: Approval, metadata: VoteMetadata): View {
  return {
    ...base(DENY_FORM, metadata),
    title: { type: 'plain_text', text: 'Deny the request' },
    submit: { type: 'plain_text', text: 'Deny' },
    blocks: [
      plain(approval.plan.summary),
      {
        type: 'input',
        block_id: DENY_REASON,
        optional: true,
        label: { type: 'plain_text', text: 'Reason' },
        hint: { type: 'plain_text', text: 'Whoever asked reads it, and it stays in the request.' },
        element: { type: 'plain_text_input', action_id: DENY_REASON, max_length: 250 },
      },
    ],
  };
}

/** Where a click would be too quick: the name is typed. */
export function approveForm(approval: Approval, mustType: string, metadata: VoteMetadata): View {
  return {
    ...base(APPROVE_FORM, metadata),
    title: { type: 'plain_text', text: 'Approve the request' },
    submit: { type: 'plain_text', text: 'Approve' },
    blocks: [
      plain(approval.plan.summary),
      {
        type: 'input',
        block_id: APPROVE_TYPED,
        label: { type: 'plain_text', text: cut(`Type ${mustType} to approve it`, 200) },
        element: { type: 'plain_text_input', action_id: APPROVE_TYPED, max_length: 100 },
      },
    ],
  };
}

function base(callback: string, metadata: VoteMetadata) {
  return {
    type: 'modal' as const,
    callback_id: callback,
    private_metadata: JSON.stringify(metadata),
    close: { type: 'plain_text' as const, text: 'Close' },
  };
}
