import { now, startBackup } from '../../commands/backup/now.ts';
import { guarded } from '../../commands/dispatch.ts';
import { type FormHandler, outOfDate } from '../kit/handler.ts';
import { NOW_FORM, NOW_NOTE, NOW_TARGET } from './now.ts';

/** Which target, and why: asked where the command did not say. */
export const nowFormHandler: FormHandler = {
  callbackId: NOW_FORM,
  async handle({ person, values }, { commands }) {
    const target = commands.targets.find((t) => t.name === values[NOW_TARGET]?.chosen);
    if (target === undefined) return outOfDate();
    const note = values[NOW_NOTE]?.text ?? '';
    return guarded(
      now,
      async () => target,
      person,
      commands,
      () => startBackup({ person }, target, note, commands),
    );
  },
};
