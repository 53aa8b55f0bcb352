import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { Draw, GuardedWorld } from './workflow.ts';

/** What people type meanwhile; `OLD` and `NEW` stand for the oldest and newest backup. */
const TYPED = [
  'now',
  'hold OLD just in case',
  'hold NEW',
  'release OLD',
  'prune',
  'prune --now',
  'list',
  'status',
  'history',
  'schedule pause 2h',
  'now --quiesce',
];

/** Somebody else asks for something, or only looks. */
export const asides: readonly Draw<GuardedWorld>[] = [
  (draws, steps) => {
    const typed = draws.one(TYPED);
    return {
      name: `Ben types “${typed}”`,
      step: draws.one(steps),
      begin({ slack, ben, channel, guard, ec2 }) {
        const ids = [...guard.images.values()]
          .filter(({ imageId }) => ec2.images.has(imageId))
          .sort((a, b) => a.createdAt - b.createdAt)
          .map(({ tags }) => tags[TAG.run] ?? '');
        const text = typed.replace('OLD', ids[0] ?? '').replace('NEW', ids.at(-1) ?? '');
        slack.command(ben.id, channel.id, text).catch(() => undefined);
      },
    };
  },
];
