import type { View } from '@slack/types';
import type { Reply } from '../commands/base/reply.ts';
import { approveFormHandler, denyFormHandler } from './approval/vote-form.ts';
import { nowForm } from './backup/now.ts';
import { nowFormHandler } from './backup/now-form.ts';
import { cleanupFormHandler } from './cleanup/cleanup-form.ts';
import { stuckLoading, stuckTrouble, stuckView } from './cleanup/stuck-list.ts';
import type { FormHandler } from './kit/handler.ts';
import { restoreLoading, restoreView } from './restore/restore.ts';
import { restoreFormHandler } from './restore/restore-form.ts';

/** Every form that can be submitted; a new one is added here and nowhere else. */
export const FORMS: readonly FormHandler[] = [
  nowFormHandler,
  denyFormHandler,
  approveFormHandler,
  restoreFormHandler,
  cleanupFormHandler,
];

type FormReply = Extract<Reply, { view: 'form' }>;

/** What is opened at once, for a trigger lives three seconds, and what it is filled with then. */
export interface OpenedForm {
  first: View;
  fill?: () => Promise<View>;
}

export function formOf(reply: FormReply, channelId: string): OpenedForm {
  switch (reply.form) {
    case 'now':
      return { first: nowForm(reply.targets, reply.note, channelId) };
    case 'restore':
      return {
        first: restoreLoading(channelId),
        fill: async () => restoreView(await reply.load(), channelId),
      };
    case 'cleanup':
      return {
        first: stuckLoading(reply.target, channelId),
        async fill() {
          const found = await reply.load();
          return 'trouble' in found
            ? stuckTrouble(found.trouble, reply.target, channelId)
            : stuckView(found, channelId);
        },
      };
  }
}

/** What to type where Slack does not open the form. */
export function insteadOfForm(reply: FormReply): { reason: string; usage: string } {
  switch (reply.form) {
    case 'now': {
      const names = reply.targets.map((t) => t.name).slice(0, 20);
      return {
        reason: `Slack did not open the form. Name the target instead: ${names.join(', ')}.`,
        usage: 'now [target] [note]',
      };
    }
    case 'restore':
      return {
        reason: 'Slack did not open the form. Nothing was done. Type the command again, or restore by hand.',
        usage: `restore ${reply.backupId ?? '<backup>'} --by-hand`,
      };
    case 'cleanup':
      return {
        reason: 'Slack did not open the form. Nothing was done. Type the command again, or name the builds.',
        usage: 'cleanup <build addresses>',
      };
  }
}
