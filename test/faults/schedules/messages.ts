import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import type { World } from '../../../sandbox/world.ts';

/** Stands in the last word alone. */
const TOOK = /\*Took\*/;

/** What stands in the channel itself, oldest first. */
export function postsIn({ slack, channel }: World): StoredMessage[] {
  return slack.messages(channel.id).filter((m) => m.threadTs === undefined && m.deleted !== true);
}

/** The last word of a run. */
export function isEnd({ blocks }: StoredMessage): boolean {
  return TOOK.test(JSON.stringify(blocks));
}

export function buttonsOf({
  blocks,
}: Pick<StoredMessage, 'blocks'>): { id: string; label: string; value: string }[] {
  return blocks.flatMap((block) =>
    block.type !== 'actions' || !('elements' in block)
      ? []
      : block.elements.flatMap((element) =>
          element.type === 'button'
            ? [{ id: element.action_id ?? '', label: element.text.text, value: element.value ?? '' }]
            : [],
        ),
  );
}

/** All texts of blocks, in their order. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'text' && typeof inner === 'string' ? [inner] : textsIn(inner),
  );
}

/** All that a message shows. */
export function shownIn({ text, blocks }: StoredMessage): string {
  return `${text}\n${textsIn(blocks).join('\n')}`;
}
