import type { Plan, PlanSection } from '../../core/approval/approval.ts';
import { machineLines } from '../../core/approval/planned-machine.ts';
import type { ListedBuild } from '../../core/cleanup/builds-api.ts';
import { buildPath } from '../../core/cleanup/results.ts';
import { newRunView } from '../../core/run/run-view.ts';
import { counted, durationInWords } from '../../core/text/words.ts';
import { CLEANUP, CLEANUP_STAGES, type CleanupInput } from '../../runs/cleanup.ts';

/** A build that somebody named or picked, with what is known of it. */
export interface ChosenBuild extends ListedBuild {
  startedAt?: number;
}

export interface PlanFacts {
  /** Why CircleCI was not asked whether they run, as a sentence. */
  notLookedUp?: string;
  /** Whether CircleCI is asked once more before anything is deleted. */
  isAsked: boolean;
}

/** What a clean-up would do: every build of it, for those who approve. */
export function cleanupPlan(input: CleanupInput, chosen: readonly ChosenBuild[], facts: PlanFacts): Plan {
  const { runId, target, region, requester, requestedAt } = input;
  const { reason } = input;
  const many = counted(input.builds.length, 'build');
  const view = newRunView(
    {
      runId,
      kind: 'cleanup',
      target,
      region,
      about: [many],
      requester,
      requestedAt,
      ...(reason === '' ? {} : { note: reason }),
    },
    CLEANUP_STAGES,
  );
  return {
    action: 'cleanup',
    target,
    summary: `Delete the records of ${many} of ${target}`,
    sections: [
      { title: `The builds, at ${input.url}`, lines: chosen.map((build) => line(build, requestedAt)) },
      { title: 'The machine', lines: machineLines(input.machine) },
      {
        title: 'What happens',
        lines: [
          `The bot logs in to ${input.machine.instanceId}, opens CircleCI’s dev-console there (${input.console}), and deletes them one by one.`,
          `It looks at each before and after; one that is gone${facts.isAsked ? ', or has ended by then,' : ''} is left alone.`,
        ],
      },
      {
        title: 'What is lost',
        tone: 'danger',
        lines: [
          'The record of each build with its output and its list of artifacts. It cannot be brought back.',
          'A build of the list that really runs loses its record as well.',
        ],
      },
      ...unsure(facts),
    ],
    start: { workflow: CLEANUP, input, view },
  };
}

function line({ build, branch, author, startedAt }: ChosenBuild, now: number): string {
  const known = [
    ...(branch === undefined ? [] : [branch]),
    ...(author === undefined ? [] : [`by ${author}`]),
    ...(startedAt === undefined ? [] : [`running for ${durationInWords(now - startedAt)}`]),
  ];
  return [buildPath(build), ...known].join(', ');
}

function unsure({ notLookedUp }: PlanFacts): PlanSection[] {
  if (notLookedUp === undefined) return [];
  return [{ title: 'What is not certain', tone: 'unsure', lines: [notLookedUp] }];
}
