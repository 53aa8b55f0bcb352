import { refusedAtOnce, voteOn, voting } from '../../commands/approval/vote.ts';
import { withdrawRequest } from '../../commands/approval/withdraw.ts';
import type { Reply } from '../../commands/base/reply.ts';
import type { Answer } from '../../commands/dispatch.ts';
import { guarded } from '../../commands/dispatch.ts';
import type { Choice } from '../../core/approval/approval.ts';
import { type ActionHandler, type Click, type Handling, outOfDate } from '../kit/handler.ts';
import { APPROVE, DENY, WITHDRAW } from './approval.ts';
import { approveForm, denyForm } from './vote-forms.ts';

const NOT_OPENED: Reply = {
  view: 'refusal',
  reason: 'Slack did not open the form, so nothing was recorded.',
  next: 'Press the button again.',
};

/** The buttons of a request. What a click means is the store's matter: the message may be hours old. */
export const approveAction: ActionHandler = {
  id: APPROVE,
  handle: (click, handling) => vote(click, 'approve', handling),
};

export const denyAction: ActionHandler = {
  id: DENY,
  handle: (click, handling) => vote(click, 'deny', handling),
};

export const withdrawAction: ActionHandler = {
  id: WITHDRAW,
  async handle({ person, value }, { commands }) {
    const said = readValue(value);
    if (said === undefined) return outOfDate();
    return guarded(voting, noTarget, person, commands, () => withdrawRequest(said.runId, person, commands));
  },
};

/** A denial has a reason, and some approvals are typed: those open a form; any other vote counts with the click. */
async function vote(click: Click, choice: Choice, { commands, modals }: Handling): Promise<Answer | 'quiet'> {
  const { person, trigger, channel } = click;
  const said = readValue(click.value);
  if (said === undefined) return outOfDate();
  const { runId, digest } = said;
  const ballot = { person, vote: choice, digest };
  let isOpened = false;
  const answer = await guarded(voting, noTarget, person, commands, async () => {
    const approval = (await commands.store.approvals.get(runId))?.value;
    const metadata = { runId, digest, channelId: channel ?? person.userId };
    const mustType = approval?.mustType;
    if (approval === undefined || (choice === 'approve' && mustType === undefined))
      return voteOn(runId, ballot, commands, approval);
    // A trigger lives three seconds: what needs no question to Slack is refused now, the rest when the form comes back.
    const refused = await refusedAtOnce(approval, ballot, commands);
    if (refused !== undefined) return refused;
    const form =
      choice === 'deny' ? denyForm(approval, metadata) : approveForm(approval, mustType ?? '', metadata);
    isOpened = (await modals.open(trigger, form)) !== undefined;
    return NOT_OPENED;
  });
  return isOpened ? 'quiet' : answer;
}

function readValue(value: string): { runId: string; digest: string } | undefined {
  const [runId, digest, ...more] = value.split(' ');
  return runId && digest && more.length === 0 ? { runId, digest } : undefined;
}

async function noTarget(): Promise<undefined> {
  return undefined;
}
