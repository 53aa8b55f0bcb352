import type { AnyBlock } from '@slack/types';

/** A message ready for Slack; `text` is the notification and what a screen reader reads. */
export interface Rendered {
  text: string;
  blocks: AnyBlock[];
}

/**
 * How much of Block Kit a workspace takes: `full` uses the plan block, `plain` only sections, `text` no blocks at all,
 * the last resort when even those are refused.
 */
export type Richness = 'full' | 'plain' | 'text';
