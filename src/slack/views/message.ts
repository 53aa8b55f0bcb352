import type { MessageView } from '../../core/store.ts';
import { withinLimits } from '../within-limits.ts';
import { noteMessage } from './note.ts';
import type { Rendered, Richness } from './rendered.ts';
import { runMessage } from './run.ts';

/** Stored data to what Slack shows. */
export function messageOf(view: MessageView, richness: Richness): Rendered {
  return withinLimits(view.kind === 'run' ? runMessage(view.run, richness) : noteMessage(view));
}
