import type { Reply } from '../commands/base/reply.ts';
import { VERBS } from '../commands/index.ts';
import { notified } from './alarms/notify.ts';
import { asked, voted, withdrawn } from './approval/vote.ts';
import { list } from './backup/list.ts';
import { started } from './backup/now.ts';
import { cleanup } from './cleanup/cleanup.ts';
import { doctor } from './doctor/doctor.ts';
import type { Rendered } from './kit/rendered.ts';
import { withinLimits } from './kit/within-limits.ts';
import { restoreByHand } from './restore/by-hand.ts';
import { originalsRemoved } from './restore/originals-removed.ts';
import { ticked } from './restore/ticked.ts';
import { held } from './retention/hold.ts';
import { prune } from './retention/prune.ts';
import { paused, resumed, schedule } from './routine/schedule.ts';
import { begun } from './run/begun.ts';
import { canceling } from './run/cancel.ts';
import { decided } from './run/decided.ts';
import { busy, refusal } from './run/refusal.ts';
import { help } from './status/help.ts';
import { audit, history } from './status/history.ts';
import { status } from './status/status.ts';

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
    case 'doctor':
      return doctor(reply);
    case 'status':
      return status(reply, workspaceUrl);
    case 'history':
      return history(reply);
    case 'audit':
      return audit(reply);
    case 'canceling':
      return canceling(reply);
    case 'decided':
      return decided(reply);
    case 'originals-removed':
      return originalsRemoved(reply);
    case 'ticked':
      return ticked(reply);
    case 'begun':
      return begun(reply);
    case 'restore-by-hand':
      return restoreByHand(reply);
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
