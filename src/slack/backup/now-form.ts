import { now, startBackup } from '../../commands/backup/now.ts';
import { guarded } from '../../commands/dispatch.ts';
import { flagInNote } from '../../commands/parse.ts';
import { targetNamed } from '../../core/model/target.ts';
import { type FormHandler, outOfDate } from '../kit/handler.ts';
import { NOW_FORM, NOW_NOTE, NOW_TARGET } from './now.ts';

/** Which target, and why: asked where the command did not say. */
export const nowFormHandler: FormHandler = {
  callbackId: NOW_FORM,
  check({ values }) {
    const why = flagInNote(values[NOW_NOTE]?.text ?? '', now);
    return why === undefined ? undefined : { [NOW_NOTE]: why };
  },
  async handle({ person, values }, { commands }) {
    const target = targetNamed(commands.targets, values[NOW_TARGET]?.chosen);
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
