import { cleanupEnd, needsFile } from '../../core/cleanup/end.ts';
import { leaveFinished, resultsFile } from '../../core/cleanup/results.ts';
import { sshAddress } from '../../core/model/ssh-access.ts';
import type { Problem } from '../../core/problems/problem.ts';
import type { QuestionOption } from '../../core/run/question.ts';
import { runMessageId } from '../../core/run/run-id.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import { counted } from '../../core/text/words.ts';
import { CLEANUP, CLEANUP_STAGES, type CleanupInput } from '../../runs/cleanup.ts';
import { approvedStage } from '../run/approval-stage.ts';
import type { WorkflowContext } from '../run/context.ts';
import { presentMachine, sshAccessOf } from '../run/current-machine.ts';
import { patient } from '../run/ec2-options.ts';
import { finishTask, type TaskRun } from '../run/finish.ts';
import type { StageResult, StageTools, Steps } from '../run/stage.ts';
import { untilDone } from '../run/stage-with-retry.ts';
import { type CleanupConsole, createCleanupConsole, type Reached } from './console.ts';
import { deleteBuilds } from './delete.ts';
import { type BuildMarks, createBuildMarks } from './marks.ts';

const PATIENCE_MS = 5 * 60_000;
const LOGIN_PATIENCE_MS = 2 * 60_000;

interface CleanupRun {
  context: WorkflowContext;
  steps: Steps;
  task: TaskRun;
  input: CleanupInput;
  console: CleanupConsole;
  marks: BuildMarks;
}

/** Deletes build records through the dev-console, once somebody else has approved the list of them. */
export async function cleanup(
  context: WorkflowContext,
  steps: Steps,
  input: CleanupInput,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const { runId, target, channel, requester } = input;
  const task: TaskRun = { runId, kind: 'cleanup', target, channel, requester, verb: 'cleanup' };
  const console = createCleanupConsole(context, input);
  const marks = createBuildMarks(context.store, () => context.clock.now(), input);
  // From the approval on: how long people took to decide is not how long it took.
  const startedAt = (await context.store.locks.ofRun(runId))?.since ?? input.requestedAt;
  let problem: Problem | undefined;
  try {
    problem = await carriedOut({ context, steps, task, input, console, marks });
  } finally {
    // While people are told, and before another process goes on, nothing of this one is left on the machine.
    await console.close();
  }
  const results = await marks.results();
  const end = cleanupEnd({ target, startedAt }, results, problem);
  return finishTask(context, steps, task, end, async (store, { finishedAt }) => {
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
  const { context, steps, task, input, console } = run;
  const approved = await approvedStage(context, steps, task, { workflow: CLEANUP, input });
  if (!approved.ok) return approved.problem;
  const reached = await untilDone(context, steps, task, { ...stage('connect'), work: connectStage(run) });
  if (!reached.ok) return reached.problem;
  const opened = await untilDone<null>(context, steps, task, {
    ...stage('console'),
    async work(tools) {
      const { now } = context.clock;
      const since = now();
      await console.get(reached.value, tools, 'console');
      context.log.info({ run: input.runId, ms: now() - since }, 'the dev-console is open');
      return { ok: true, value: null, detail: 'its prompt is there' };
    },
  });
  if (!opened.ok) return opened.problem;
  const looked = await untilDone<null>(context, steps, task, {
    ...stage('look'),
    work: lookStage(run),
    skip: { option: WITHOUT_ASKING, value: null },
  });
  if (!looked.ok) return looked.problem;
  const deleted = await untilDone<null>(context, steps, task, {
    ...stage('delete'),
    work: (tools) => deleteBuilds({ ...run, reached: reached.value, tools, lost: 0 }),
  });
  return deleted.ok ? undefined : deleted.problem;
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

const WITHOUT_ASKING: QuestionOption = {
  answer: 'skip',
  label: 'Delete without asking',
  confirm: {
    title: 'Delete without asking CircleCI?',
    text: 'A build of the list that has ended since the plan was made is then deleted with the others.',
  },
};

function stage(key: (typeof CLEANUP_STAGES)[number]['key']) {
  const title = CLEANUP_STAGES.find((one) => one.key === key)?.title ?? key;
  return { key, title, end: END };
}

/** Finds the machine and logs in, which confirms its host key; later connections take that key alone. */
function connectStage({ context, input, console }: CleanupRun) {
  return async (tools: StageTools): Promise<StageResult<Reached>> => {
    const machine = await presentMachine(context, input, patient(tools, PATIENCE_MS));
    const access = sshAccessOf(context, input.target);
    const { host } = machine;
    const connection = await context.openSsh(sshAddress(access, host, machine.hostKeys), {
      signal: tools.signal,
      patienceMs: LOGIN_PATIENCE_MS,
      onTrouble: (what) =>
        void tools.show((view) => ({ ...view, hint: `no answer from ${host} yet: ${what}` })).catch(() => {}),
    });
    const { hostKey } = connection;
    const { instanceId } = machine.instance;
    console.use(connection);
    return {
      ok: true,
      value: { instanceId, host, hostKey },
      detail: `${instanceId}, ${access.user}@${host}, host key ${hostKey} (${machine.vouchedBy(hostKey)})`,
    };
  };
}

/** What has ended since the plan was made is left alone. */
function lookStage({ context, input, marks }: CleanupRun) {
  return async (tools: StageTools): Promise<StageResult<null>> => {
    const target = context.targets.find(({ name }) => name === input.target);
    const api = target === undefined ? undefined : context.buildsApi(target);
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
  };
}
