import type { Reply } from '../../commands/base/reply.ts';
import type { CommandDeps } from '../../commands/base/verb.ts';
import { cleaning, pickStuck } from '../../commands/cleanup/cleanup.ts';
import { guarded } from '../../commands/dispatch.ts';
import { readTicked, targetOfChecklist, tickItem, ticking } from '../../commands/restore/checklist.ts';
import { removeOriginals } from '../../commands/restore/remove-originals.ts';
import { requestRemoval } from '../../commands/restore/request-removal.ts';
import { restoring } from '../../commands/restore/request-restore.ts';
import { requestWayBack } from '../../commands/restore/request-way-back.ts';
import type { Person } from '../../core/model/person.ts';
import { checklistMessageId } from '../../runs/checklist-message.ts';
import { formOf, insteadOfForm } from '../forms.ts';
import { type ActionHandler, outOfDate } from '../kit/handler.ts';
import { FOLLOW_UP, TICK, UNTICK } from './checklist.ts';

/** The buttons of a list: whose it is and what is open is the store's matter, for the message may be days old. */
export const tickAction: ActionHandler = tickButton(TICK, 'done');
export const untickAction: ActionHandler = tickButton(UNTICK, 'open');

function tickButton(id: string, what: 'done' | 'open'): ActionHandler {
  return {
    id,
    async handle(click, { commands, shownAt }) {
      const { person, value } = click;
      const said = readTicked(value);
      if (said === undefined) return outOfDate();
      const answer = await guarded(
        ticking,
        () => targetOfChecklist(said.runId, commands),
        person,
        commands,
        () => tickItem(person, said, what, commands),
      );
      if (answer.reply.view !== 'ticked') return answer;
      // The list that was clicked may not be the one that is kept up to date: it may have come as a direct message.
      const place = await shownAt(checklistMessageId(said.runId));
      const isShown = place !== undefined && place.ts === click.messageTs && place.channel === click.channel;
      return { ...answer, isShown };
    },
  };
}

/** A button below the list, for any operator; what it asks for has its own safeguards. */
function belowList(
  action: keyof typeof FOLLOW_UP,
  request: (person: Person, runId: string, commands: CommandDeps) => Promise<Reply>,
): ActionHandler {
  return {
    id: FOLLOW_UP[action],
    handle: ({ person, value: runId }, { commands }) =>
      guarded(
        restoring,
        () => targetOfChecklist(runId, commands),
        person,
        commands,
        () => request(person, runId, commands),
      ),
  };
}

/** Goes back to the former root volume: a plan of its own, which somebody else approves. */
export const wayBackAction = belowList('way-back', requestWayBack);

/** Removes what a restore launched and nobody uses; confirmed in Slack, and nothing else can be removed by it. */
export const removeTestAction = belowList('remove-test', requestRemoval);

/** Removes what the restore kept beside Replicated's files; nothing else has such a name. */
export const removeOriginalsAction = belowList('remove-originals', removeOriginals);

/** Opens the list of builds that hang, as the verb does; what is chosen there becomes a plan of its own. */
export const cleanupAfterAction: ActionHandler = {
  id: FOLLOW_UP.cleanup,
  async handle({ person, value: runId, trigger, channel }, { commands, modals }) {
    const target = await targetOfChecklist(runId, commands);
    if (target === undefined) return outOfDate();
    const channelId = channel ?? person.userId;
    const answer = await guarded(
      cleaning,
      async () => target,
      person,
      commands,
      () => pickStuck(person, target, {}, commands),
    );
    if (answer.reply.view !== 'form') return answer;
    const { first, fill } = formOf(answer.reply, channelId);
    const viewId = await modals.open(trigger, first);
    if (viewId === undefined)
      return { ...answer, reply: { view: 'refusal', ...insteadOfForm(answer.reply) } };
    if (fill !== undefined) await modals.update(viewId, await fill());
    return 'quiet';
  },
};
