import type { MessageView } from '../../core/store/messages.ts';
import { escapeMrkdwn } from '../../core/text/text.ts';
import { failureTest } from '../alarms/notify.ts';
import { approvalMessage } from '../approval/approval.ts';
import { decisionMessage } from '../approval/decision.ts';
import type { Rendered, Richness } from '../kit/rendered.ts';
import { withinLimits } from '../kit/within-limits.ts';
import { checklistMessage } from '../restore/checklist.ts';
import { digestMessage } from '../routine/digest.ts';
import { runMessage } from '../run/run.ts';
import { noteMessage } from './note.ts';

/** Stored data to what Slack shows. */
export function messageOf(view: MessageView, richness: Richness, workspaceUrl: string): Rendered {
  const rendered = render(view, richness, workspaceUrl);
  // What Slack refuses with its blocks is better told without them than not at all.
  return withinLimits(richness === 'text' ? { ...rendered, blocks: [] } : rendered);
}

function render(view: MessageView, richness: Richness, workspaceUrl: string): Rendered {
  switch (view.kind) {
    case 'run':
      return runMessage(view.run, richness);
    case 'note':
      return noteMessage(view, richness);
    case 'file':
      return { text: escapeMrkdwn(view.comment), blocks: [] };
    case 'checklist':
      return checklistMessage(view);
    case 'digest':
      return digestMessage(view.digest);
    case 'approval':
      return approvalMessage(view, richness, workspaceUrl);
    case 'decision':
      return decisionMessage(view);
    case 'test':
      return failureTest(view);
  }
}
