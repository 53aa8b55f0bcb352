import { VERBS } from '../../commands/index.ts';
import type { Reply } from '../../commands/reply.ts';
import { withinLimits } from '../within-limits.ts';
import { begun } from './begun.ts';
import { canceling } from './cancel.ts';
import { cleanup } from './cleanup.ts';
import { decided } from './decided.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { held } from './hold.ts';
import { list } from './list.ts';
import { notified } from './notify.ts';
import { started } from './now.ts';
import { prune, pruning } from './prune.ts';
import { busy, refusal } from './refusal.ts';
import type { Rendered } from './rendered.ts';
import { restoreByHand } from './restore-by-hand.ts';
import { paused, resumed, schedule } from './schedule.ts';
import { status } from './status.ts';
import { ticked } from './ticked.ts';
import { asked, voted, withdrawn } from './vote.ts';

/** A command's answer as its asker sees it. Forms are opened, not said. */
export function replyMessage(reply: Exclude<Reply, { view: 'form' }>, workspaceUrl: string): Rendered {
  return withinLimits(render(reply, workspaceUrl));
}

function render(reply: Exclude<Reply, { view: 'form' }>, workspaceUrl: string): Rendered {
  switch (reply.view) {
    case 'refusal':
      return refusal(reply);
    case 'busy':
      return busy(reply, workspaceUrl);
    case 'asked':
      return asked(reply, workspaceUrl);
    case 'cleanup':
      return cleanup(reply, workspaceUrl);
    case 'voted':
      return voted(reply);
    case 'withdrawn':
      return withdrawn(reply);
    case 'started':
      return started(reply);
    case 'help':
      return help(VERBS, reply.topic);
    case 'list':
      return list(reply);
    case 'status':
      return status(reply, workspaceUrl);
    case 'history':
      return history(reply);
    case 'canceling':
      return canceling(reply);
    case 'decided':
      return decided(reply);
    case 'ticked':
      return ticked(reply);
    case 'begun':
      return begun(reply);
    case 'restore-by-hand':
      return restoreByHand(reply);
    case 'pruning':
      return pruning(reply);
    case 'prune':
      return prune(reply);
    case 'held':
      return held(reply);
    case 'notified':
      return notified(reply);
    case 'schedule':
      return schedule(reply);
    case 'paused':
      return paused(reply);
    case 'resumed':
      return resumed(reply);
  }
}
