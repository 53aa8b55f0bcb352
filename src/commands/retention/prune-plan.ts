import type { Plan, PlanSection } from '../../core/approval/approval.ts';
import type { Person } from '../../core/model/person.ts';
import type { Target } from '../../core/model/target.ts';
import { plannedPrune } from '../../core/retention/planned-prune.ts';
import type { ReasonedBackup, RetentionPreview } from '../../core/retention/result.ts';
import { newRunView } from '../../core/run/run-view.ts';
import { counted, durationInWords, listInWords } from '../../core/text/words.ts';
import { PRUNE, PRUNE_STAGES, type PruneInput } from '../../runs/prune.ts';
import { freeRunId } from '../../runs/request.ts';
import type { Needs } from '../base/verb.ts';

export interface Wanted {
  target: Target;
  person: Person;
  preview: RetentionPreview;
  /** What the schedule's own run would do. */
  usual: RetentionPreview;
  withoutGrace: boolean;
}

export async function planOfPrune(wanted: Wanted, deps: Needs<'clock' | 'random' | 'store'>): Promise<Plan> {
  const { target, person, preview, usual, withoutGrace } = wanted;
  const { name, region, channel } = target;
  const requestedAt = deps.clock.now();
  const runId = await freeRunId('prune', requestedAt, deps);
  const about = { runId, target: name, region, channel, requester: person, requestedAt };
  return prunePlan({ ...about, withoutGrace, ...plannedPrune(preview) }, preview, usual);
}

/** What retention by hand would do, each backup by its ids and with its reason. */
export function prunePlan(input: PruneInput, preview: RetentionPreview, usual: RetentionPreview): Plan {
  const { runId, target, region, requester, requestedAt, withoutGrace } = input;
  const { deleting, disabling, enabling, kept } = preview;
  const known = new Set(usual.deleting.map(({ imageId }) => imageId));
  const early = deleting.filter(({ imageId }) => !known.has(imageId));
  const due = deleting.filter(({ imageId }) => known.has(imageId));
  const listed = (title: string, backups: readonly ReasonedBackup[], tone?: 'danger'): PlanSection[] =>
    backups.length === 0
      ? []
      : [
          {
            title,
            ...(tone === undefined ? {} : { tone }),
            lines: backups.map((one) => line(one, requestedAt)),
          },
        ];
  const about = { runId, target, region, requester, requestedAt };
  const what = withoutGrace ? ['without waiting for graces'] : [];
  return {
    action: 'prune',
    target,
    summary: `${summaryOf(preview)} of ${target} now${withoutGrace ? ', without waiting for graces' : ''}`,
    sections: [
      ...listed('Deleted before their grace is over', early, 'danger'),
      ...listed('Deleted as retention would anyway', due, 'danger'),
      ...listed('Disabled, and deleted by retention once their grace is over', disabling),
      ...listed('Enabled again', enabling),
      ...(deleting.length === 0
        ? []
        : [
            {
              title: 'What is lost',
              tone: 'danger' as const,
              lines: ['A deleted backup cannot be brought back; its snapshots go with it.'],
            },
          ]),
      {
        title: 'What stays',
        lines: [
          `${counted(kept.length, 'backup')} by the rules, the newest complete one and held ones among them`,
          'The plan is made anew when it runs: what is not listed here is left alone, and where something of the list is ' +
            'held, kept or gone by then, nothing is done.',
        ],
      },
    ],
    start: {
      workflow: PRUNE,
      input,
      view: newRunView({ ...about, kind: 'prune', about: what }, PRUNE_STAGES),
    },
  };
}

function summaryOf({ deleting, disabling, enabling }: RetentionPreview): string {
  const parts = [
    ['delete', deleting],
    ['disable', disabling],
    ['enable', enabling],
  ] as const;
  const said = listInWords(
    parts.flatMap(([verb, list]) => (list.length === 0 ? [] : [`${verb} ${counted(list.length, 'backup')}`])),
  );
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
}

function line({ backupId, imageId, createdAt, reason }: ReasonedBackup, now: number): string {
  return `${backupId} (${imageId}, ${durationInWords(now - createdAt)} old): ${reason}`;
}
