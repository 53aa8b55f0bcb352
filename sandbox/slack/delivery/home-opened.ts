import { appId } from '../ids.ts';
import type { DeliveryReceipt } from '../model.ts';
import { openIm, type SlackState } from '../state.ts';
import { wireView } from '../view-stack.ts';
import { receiptOf } from './command.ts';
import type { Deliver } from './delivery.ts';
import { knownMember } from './payloads.ts';

/** A person opens the app's home: the event app_home_opened. */
export async function openHomeTab(
  state: SlackState,
  deliver: Deliver,
  user: string,
): Promise<DeliveryReceipt> {
  const { workspace } = state;
  const home = state.homes.get(user);
  const eventTs = state.nextTs();
  const outcome = await deliver('events_api', {
    token: 'unused',
    team_id: workspace.teamId,
    api_app_id: appId,
    type: 'event_callback',
    event_id: state.nextId('Ev'),
    event_time: Math.floor(state.clock.now() / 1000),
    authorizations: [{ team_id: workspace.teamId, user_id: workspace.bot.id, is_bot: true }],
    event: {
      type: 'app_home_opened',
      user: knownMember(state, user).id,
      channel: openIm(workspace, user).id,
      tab: 'home',
      event_ts: eventTs,
      ...(home ? { view: wireView(state, home) } : {}),
    },
  });
  return receiptOf(outcome);
}
