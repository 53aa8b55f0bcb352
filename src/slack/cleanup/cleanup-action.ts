import { moveStuck } from '../../commands/cleanup/stuck-list.ts';
import { LIST_MOVES } from '../../core/cleanup/stuck-list.ts';
import { type ActionHandler, outOfDate } from '../kit/handler.ts';
import { readMetadata } from '../kit/metadata.ts';
import { tickedIn } from './cleanup-form.ts';
import { STUCK_MOVE, stuckMetadata, stuckView } from './stuck-list.ts';

/** The buttons below the builds to pick from: another page, all, none. What is ticked by then is kept. */
export const stuckAction: ActionHandler = {
  id: STUCK_MOVE,
  async handle({ person, value, view }, { commands, modals }) {
    const said = view === undefined ? undefined : readMetadata(stuckMetadata, view.metadata);
    const move = LIST_MOVES.find((one) => one === value);
    if (view === undefined || said?.madeAt === undefined || move === undefined) return outOfDate();
    const open = { person, target: said.target, madeAt: said.madeAt };
    const list = await moveStuck(open, tickedIn(view.values), move, commands);
    if (list === undefined) return outOfDate();
    await modals.update(view.id, stuckView(list, said.channelId));
    return 'quiet';
  },
};
