import { voteOn, voting } from '../../commands/approval/vote.ts';
import { guarded } from '../../commands/dispatch.ts';
import type { Choice } from '../../core/approval/approval.ts';
import { type FormHandler, outOfDate, type Submission } from '../kit/handler.ts';
import { readMetadata } from '../kit/metadata.ts';
import { APPROVE_FORM, APPROVE_TYPED, DENY_FORM, DENY_REASON, voteMetadata } from './vote-forms.ts';

export const denyFormHandler: FormHandler = voteForm(DENY_FORM, 'deny', (values) => {
  const reason = values[DENY_REASON]?.text;
  return reason === undefined ? {} : { reason };
});

export const approveFormHandler: FormHandler = voteForm(APPROVE_FORM, 'approve', (values) => ({
  typed: values[APPROVE_TYPED]?.text ?? '',
}));

function voteForm(
  callbackId: string,
  vote: Choice,
  read: (values: Submission['values']) => { reason?: string; typed?: string },
): FormHandler {
  return {
    callbackId,
    async handle({ person, values, metadata }, { commands }) {
      const said = readMetadata(voteMetadata, metadata);
      if (said === undefined) return outOfDate();
      const { runId, digest } = said;
      const ballot = { person, vote, digest, ...read(values) };
      return guarded(
        voting,
        async () => undefined,
        person,
        commands,
        () => voteOn(runId, ballot, commands),
      );
    },
  };
}
