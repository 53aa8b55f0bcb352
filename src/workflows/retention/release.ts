import { changed } from '../../core/approval/planned-machine.ts';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { parseEntry } from '../../core/catalogue/parse-entry.ts';
import { TAG } from '../../core/catalogue/tags.ts';
import type { CallOptions } from '../../core/ports/ec2-call.ts';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { releaseChanges } from '../../core/retention/release.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import { judgeBackups, noteBackup } from '../../runs/own-backups.ts';
import { againOf, RELEASE, RELEASE_STAGES, type ReleaseInput } from '../../runs/release.ts';
import { approvedStage } from '../run/approval-stage.ts';
import type { ApprovalContext, Ec2Context, RunContext } from '../run/context.ts';
import { finishRun } from '../run/finish.ts';
import { begunAt, createRun, factsOf } from '../run/run.ts';
import type { Steps } from '../run/stage.ts';

type ReleaseContext = RunContext & ApprovalContext & Ec2Context;

type Unfinished = Omit<RunEnd, 'startedAt' | 'finishedAt'>;

/** What EC2 says of the image after it. */
type Seen = 'released' | 'protected' | 'gone';

/** Gives a held backup back to retention, once somebody else has approved it. */
export async function release(
  context: ReleaseContext,
  steps: Steps,
  input: ReleaseInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const { imageId } = input.backup;
  const run = createRun(context, steps, factsOf('release', input), {
    stages: RELEASE_STAGES,
    // The hold is off by then.
    heedsCancel: (key) => key !== 'check',
    goesOnWith: (key) => key === 'release',
  });
  const ec2 = context.ec2(input.region);
  const startedAt = await begunAt(run, input.requestedAt);
  const end = (unfinished: Unfinished) => finishRun(run, { ...unfinished, startedAt });

  const approved = await approvedStage(
    run,
    { workflow: RELEASE, input },
    {
      again: againOf(input),
      changes: async ({ region }, tools) => [
        ...changed('the region', input.region, region),
        ...releaseChanges(input.backup, await find(context, input, tools.ec2Options())),
      ],
    },
  );
  if (!approved.ok) return end(failed(input, approved.problem, false));

  const released = await run.attempt<null>('release', async (tools) => {
    const call = tools.ec2Options();
    // What was approved is this backup's image, held as the plan says; the tags may say something else by now.
    const found = await find(context, input, call);
    const changes = releaseChanges(input.backup, found, { hasBegun: true });
    if (changes.length > 0) throw new ProblemError({ code: 'plan-changed', changes, again: againOf(input) });
    // The tag last: as long as it is there, retention keeps the backup, whatever came of the first half.
    await ec2.setProtected(imageId, false, call);
    try {
      await ec2.untag([imageId], [TAG.held], call);
    } catch (error) {
      // Still held, it is to be as safe from people as it was; where that is refused as well, the last word says so.
      call.signal.throwIfAborted();
      if (found?.isProtected === true) await ec2.setProtected(imageId, true, call);
      throw error;
    }
    const { backupId } = input.backup;
    const about = { backupId, imageId, target: input.target, region: input.region };
    await noteBackup(about, context.store, ({ heldBy: _heldBy, ...kept }) => kept);
    return { ok: true, value: null, detail: `EC2’s protection and the tag were taken off ${imageId}` };
  });
  if (!released.ok) return end(failed(input, released.problem, true));

  const checked = await run.attempt<Seen>('check', async (tools) => {
    const seen = await readBack(context, input, tools.ec2Options());
    return { ok: true, value: seen, detail: DETAIL[seen] };
  });
  if (!checked.ok) return end(failed(input, checked.problem, true));
  return end(ended(input, checked.value));
}

const DETAIL = {
  released: 'neither held nor protected',
  protected: 'the hold is off, EC2 still protects the image',
  gone: 'EC2 does not show the image any more',
} as const;

async function find(
  { ec2, store, targets }: ReleaseContext,
  { backup: { backupId, imageId }, region, target: name }: ReleaseInput,
  call: CallOptions,
): Promise<CatalogueEntry | undefined> {
  // Read anew: what the catalogue keeps may be some seconds old.
  const port = ec2(region);
  const all = (await port.taggedImages(call)).flatMap((image) => parseEntry(image) ?? []);
  const target = targets.find((one) => one.name === name && one.region === region);
  const judged =
    target === undefined ? all : (await judgeBackups(target, all, { ec2: port, store }, call)).entries;
  return judged.find((entry) => entry.imageId === imageId && entry.backupId === backupId);
}

async function readBack(context: ReleaseContext, input: ReleaseInput, call: CallOptions): Promise<Seen> {
  const entry = await find(context, input, call);
  if (entry === undefined) return 'gone';
  if (entry.held) {
    const awsMessage = `EC2 took the removal of the tag ${TAG.held}, and still shows it`;
    throw new ProblemError({ code: 'ec2-refused', action: 'DeleteTags', awsCode: 'still there', awsMessage });
  }
  return entry.isProtected === true ? 'protected' : 'released';
}

function ended(input: ReleaseInput, seen: Seen): Unfinished {
  const { target } = input;
  const { backupId } = input.backup;
  const isProtected = seen === 'protected';
  return {
    facts: linesAbout(input),
    outcome: isProtected ? 'partly' : 'done',
    headline: `${backupId} of ${target} is released`,
    lines: [
      'From now on the rules decide about it; the next retention may delete it.',
      `To keep it after all: /circleci-backup hold ${backupId}`,
    ],
    warnings: isProtected
      ? [
          'EC2 still protects its image from being deregistered. Where somebody set that protection with a cooldown, EC2 ' +
            'keeps it for 24 hours; until then retention leaves the image alone.',
        ]
      : seen === 'gone'
        ? ['EC2 does not show its image any more.']
        : [],
  };
}

function failed(input: ReleaseInput, problem: Problem, begun: boolean): Unfinished {
  const { target } = input;
  const { backupId } = input.backup;
  const isCanceled = problem.code === 'canceled';
  return {
    facts: linesAbout(input),
    outcome: isCanceled ? 'canceled' : 'failed',
    headline: isCanceled
      ? `The release of ${backupId} of ${target} was canceled`
      : `The release of ${backupId} of ${target} FAILED`,
    problem,
    lines: [
      begun && !isCanceled
        ? 'Its hold may be off or not, and so may EC2’s protection of its image: /circleci-backup list shows both. Asking again does no harm.'
        : `This run has taken no hold off: /circleci-backup list shows whether ${backupId} is held.`,
    ],
    warnings: [],
  };
}

function linesAbout({ backup: { backupId, imageId } }: ReleaseInput): RunEnd['facts'] {
  return [
    ['Backup', backupId],
    ['Image', imageId],
  ];
}
