import type { AnyBlock } from '@slack/types';
import type { RunView, Stage } from '../../core/run/run-view.ts';
import { durationInWords } from '../../core/text/words.ts';
import { plain, richText } from './blocks.ts';
import type { Richness } from './rendered.ts';

export const CONTINUED = 'This run’s first message could not be kept up to date; from here on this one is.';

/** The stages of a run: Slack's own plan, or lines where it does not take one. */
export function stagesBlock(run: RunView, richness: Richness): AnyBlock {
  return richness === 'full' ? planBlock(run) : plain(run.stages.map(stageLine).join('\n'));
}

function planBlock(run: RunView): AnyBlock {
  return {
    type: 'plan',
    title: 'Steps',
    tasks: run.stages.map((stage) => ({
      type: 'task_card',
      task_id: `${run.runId}-${stage.key}`,
      title: `${stage.title}${took(stage)}`,
      status: STATUS[stage.state],
      ...(stage.detail === undefined ? {} : { details: richText(stage.detail) }),
    })),
  };
}

const STATUS = {
  pending: 'pending',
  running: 'in_progress',
  done: 'complete',
  failed: 'error',
  skipped: 'pending',
} as const;
const MARK = { pending: '·', running: '▸', done: '✓', failed: '✗', skipped: '–' } as const;

export function stageLine(stage: Stage): string {
  return `${MARK[stage.state]} ${stage.title}${took(stage)}${stage.detail === undefined ? '' : `: ${stage.detail}`}`;
}

function took(stage: Stage): string {
  if (stage.state === 'skipped') return ' (not run)';
  if (stage.startedAt === undefined || stage.endedAt === undefined) return '';
  return ` (${durationInWords(stage.endedAt - stage.startedAt)})`;
}
