import type { Plan } from '../../core/approval/approval.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import type { ReasonedBackup, RetentionPreview, ShownChanges } from '../../core/retention/result.ts';
import { newRunView, type RunView } from '../../core/run/run-view.ts';
import { counted, durationInWords } from '../../core/text/words.ts';
import { PRUNE, type PruneInput, pruneStages } from '../../runs/prune.ts';
import { freeRunId } from '../../runs/request.ts';
import type { CommandDeps } from '../base/verb.ts';

export interface Wanted {
  target: Target;
  person: Person;
  preview: RetentionPreview;
  /** What the schedule's own run would do. */
  usual: RetentionPreview;
  only: ShownChanges;
}

/** The input and the first view of a prune, approved or not. */
export async function newPrune(
  { target, person, only }: Pick<Wanted, 'target' | 'person' | 'only'>,
  withoutGrace: boolean,
  deps: CommandDeps,
): Promise<{ input: PruneInput; view: RunView }> {
  const at = deps.clock.now();
  const runId = await freeRunId('prune', at, deps);
  const about = { runId, target: target.name, region: target.region, requester: person, requestedAt: at };
  const input: PruneInput = { ...about, channel: target.channel, withoutGrace, only };
  const what = withoutGrace ? ['without waiting for graces'] : [];
  const view = newRunView({ ...about, kind: 'prune', about: what }, pruneStages({ withoutGrace }));
  return { input, view };
}

export async function planOfPrune(wanted: Wanted, deps: CommandDeps): Promise<Plan> {
  const { target, preview, usual } = wanted;
  const { input, view } = await newPrune(wanted, true, deps);
  const now = deps.clock.now();
  const known = new Set(usual.deleting.map(({ imageId }) => imageId));
  const early = preview.deleting.filter(({ imageId }) => !known.has(imageId));
  const due = preview.deleting.filter(({ imageId }) => known.has(imageId));
  const list = (backups: readonly ReasonedBackup[]) =>
    backups.map(
      (one) => `${one.backupId} (${one.imageId}, ${durationInWords(now - one.createdAt)} old): ${one.reason}`,
    );
  return {
    action: 'prune',
    target: target.name,
    summary: `Delete ${counted(preview.deleting.length, 'backup')} of ${target.name} now, without waiting for graces`,
    sections: [
      { title: 'Deleted before their grace is over', tone: 'danger', lines: list(early) },
      ...(due.length === 0 ? [] : [{ title: 'Deleted as retention would anyway', lines: list(due) }]),
      ...(preview.enabling.length === 0 ? [] : [{ title: 'Enabled again', lines: list(preview.enabling) }]),
      {
        title: 'What is lost',
        tone: 'danger',
        lines: ['A deleted backup cannot be brought back; its snapshots go with it.'],
      },
      {
        title: 'What stays',
        lines: [
          `${counted(preview.kept.length, 'backup')} by the rules, the newest complete one and held ones among them`,
          'The plan is made anew when it runs: what is not listed here is left alone.',
        ],
      },
    ],
    start: { workflow: PRUNE, input, view },
  };
}
