import { machineChanges, targetChanges } from '../../core/approval/planned-machine.ts';
import type { BuildsApi } from '../../core/cleanup/builds-api.ts';
import { cleanupEnd, needsFile } from '../../core/cleanup/end.ts';
import { leaveFinished, resultsFile } from '../../core/cleanup/results.ts';
import { targetNamed } from '../../core/model/target.ts';
import type { Problem } from '../../core/problems/problem.ts';
import type { QuestionOption } from '../../core/run/question.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import { counted } from '../../core/text/words.ts';
import { againOf, CLEANUP, CLEANUP_STAGES, type CleanupInput } from '../../runs/cleanup.ts';
import { findPlanned, machineNow } from '../../runs/find-machine.ts';
import { approvedStage, type Compared } from '../run/approval-stage.ts';
import type { ApprovalContext, BuildsContext, MachineContext, RunContext } from '../run/context.ts';
import { currentMachine } from '../run/current-machine.ts';
import { finishRun } from '../run/finish.ts';
import { AbortedError } from '../run/interruptions.ts';
import { logIn, type Reached } from '../run/machine.ts';
import { begunAt, createRun, factsOf, type Run, type Tools } from '../run/run.ts';
import type { StageResult, Steps } from '../run/stage.ts';
import { type CleanupConsole, type ConsoleContext, createCleanupConsole } from './console.ts';
import { deleteBuilds } from './delete.ts';
import { type BuildMarks, createBuildMarks } from './marks.ts';

const LOGIN_PATIENCE_MS = 2 * 60_000;

export type CleanupContext = RunContext & ApprovalContext & MachineContext & BuildsContext & ConsoleContext;

interface CleanupRun extends Run<CleanupContext> {
  input: CleanupInput;
  console: CleanupConsole;
  marks: BuildMarks;
}

/** Deletes build records through the dev-console, once somebody else has approved the list of them. */
export async function cleanup(
  context: CleanupContext,
  steps: Steps,
  input: CleanupInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const { runId, target, channel, requester } = input;
  const run: CleanupRun = Object.assign(
    createRun(context, steps, factsOf('cleanup', input), {
      stages: CLEANUP_STAGES,
      abort: () => END,
      isAside: () => true,
    }),
    {
      input,
      console: createCleanupConsole(context, input),
      marks: createBuildMarks(context.store, () => context.clock.now(), input),
    },
  );
  const startedAt = await begunAt(run, input.requestedAt);
  let problem: Problem | undefined;
  try {
    problem = await carriedOut(run);
  } finally {
    // While people are told, and before another process goes on, nothing of this one is left on the machine.
    await run.console.close();
  }
  const results = await run.marks.results();
  const end = cleanupEnd({ target, startedAt, canList: apiOf(run) !== undefined }, results, problem);
  return finishRun(run, end, async (store, { finishedAt }) => {
    if (!needsFile(results)) return;
    const { name, text } = resultsFile({ runId, target, at: finishedAt, results });
    await store.messages.put(
      {
        id: `${runMessageId(runId)}/results`,
        channel,
        threadOf: runMessageId(runId),
        broadcast: false,
        final: true,
        view: {
          kind: 'file',
          runId,
          name,
          text,
          comment: `What became of ${counted(results.length, 'build')}`,
          requester,
        },
      },
      finishedAt,
    );
  });
}

/** Gives what ended it early. */
async function carriedOut(run: CleanupRun): Promise<Problem | undefined> {
  const approved = await approvedStage(run, { workflow: CLEANUP, input: run.input }, comparedWith(run));
  if (!approved.ok) return approved.problem;
  try {
    const reached = await run.stage('connect', (tools) => connect(run, tools));
    await run.stage('console', (tools) => openConsole(run, tools, reached));
    await run.stage('look', (tools) => leaveWhatEnded(run, tools), null);
    await run.stage('delete', (tools) => deleteBuilds({ ...run, reached, tools, lost: 0 }));
    return undefined;
  } catch (error) {
    if (error instanceof AbortedError) return error.problem;
    throw error;
  }
}

function comparedWith({ context, input }: CleanupRun): Compared {
  const { region, instance, machine, url, console } = input;
  return {
    again: againOf(input),
    async changes(target, tools) {
      const now = await machineNow(context.ec2(region), machine, instance, tools.ec2Options());
      return [
        ...targetChanges({ region, instance, url, console, ssh: true }, target),
        ...machineChanges(machine, instance, now),
      ];
    },
  };
}

const END: QuestionOption = {
  answer: 'abort',
  label: 'Abort',
  style: 'danger',
  confirm: {
    title: 'End this clean-up?',
    text: 'Builds that were deleted stay deleted. What has no result yet is told as not tried.',
  },
};

/** Finds the machine of the plan and logs in. */
async function connect(run: CleanupRun, tools: Tools): Promise<StageResult<Reached>> {
  const { target, region, instance: selector, machine: planned } = run.input;
  const call = tools.ec2Options();
  const how = { instance: selector, again: againOf(run.input) };
  const { instanceId: id } = await findPlanned(run.context.ec2(region), planned, how, call);
  const machine = await currentMachine(run.context, { target, region, instance: { by: 'id', id } }, call);
  const { connection, reached, said } = await logIn(run, tools, machine, LOGIN_PATIENCE_MS);
  run.console.use(connection);
  return { ok: true, value: reached, detail: `${machine.instance.instanceId}, ${said}` };
}

async function openConsole(
  { context, console, runId }: CleanupRun,
  tools: Tools,
  reached: Reached,
): Promise<StageResult<null>> {
  const { now } = context.clock;
  const since = now();
  await console.get(reached, tools);
  context.log.info({ run: runId, ms: now() - since }, 'the dev-console is open');
  return { ok: true, value: null, detail: 'its prompt is there' };
}

function apiOf({ context, input }: Pick<CleanupRun, 'context' | 'input'>): BuildsApi | undefined {
  const target = targetNamed(context.targets, input.target);
  return target === undefined ? undefined : context.buildsApi(target);
}

/** What has ended since the plan was made is left alone. */
async function leaveWhatEnded(
  { context, input, marks }: CleanupRun,
  tools: Tools,
): Promise<StageResult<null>> {
  const api = apiOf({ context, input });
  if (api === undefined) return { ok: true, value: null, detail: 'not asked: CIRCLECI_TOKEN is not set' };
  const states = await api.stillRunning(input.builds, { signal: tools.signal });
  const { finished } = leaveFinished(input.builds, states);
  for (const { build, state } of finished) await marks.end(build, state);
  const unknown = input.builds.filter(({ url }) => states.get(url) === 'unknown').length;
  const running = input.builds.length - finished.length - unknown;
  const more = [
    ...(finished.length === 0 ? [] : [`${finished.length} not, and left alone`]),
    ...(unknown === 0 ? [] : [`${unknown} not known to it`]),
  ];
  return { ok: true, value: null, detail: [`${running} still running`, ...more].join(', ') };
}
