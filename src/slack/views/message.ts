import type { MessageView } from '../../core/store.ts';
import { withinLimits } from '../within-limits.ts';
import { digestMessage } from './digest.ts';
import { noteMessage } from './note.ts';
import { failureTest } from './notify.ts';
import type { Rendered, Richness } from './rendered.ts';
import { runMessage } from './run.ts';

/** Stored data to what Slack shows. */
export function messageOf(view: MessageView, richness: Richness): Rendered {
  return withinLimits(render(view, richness));
}

function render(view: MessageView, richness: Richness): Rendered {
  switch (view.kind) {
    case 'run':
      return runMessage(view.run, richness);
    case 'note':
      return noteMessage(view);
    case 'digest':
      return digestMessage(view.digest);
    case 'test':
      return failureTest(view);
  }
}
