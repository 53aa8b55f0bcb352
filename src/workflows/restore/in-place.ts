import { rootTaskEnd } from '../../core/model/machine-facts.ts';
import type { InPlaceOrder } from '../../core/restore/order.ts';
import { retryOption, untilAlone } from '../run/run.ts';
import type { RestoreRun } from './run.ts';

const TASK_LIMIT_MS = 60 * 60_000;

/** Replaces the root volume and waits for EC2's end of it. A task that failed is not taken up again: the next is a new one. */
export async function replaceRoot(run: RestoreRun, order: InPlaceOrder): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    run.isOldTouched = true;
    const taskId = await begin(run, order, failures);
    if (await hasEnded(run, order, taskId)) return;
    await run.forget('replace-root');
  }
}

function begin(
  run: RestoreRun,
  { runId, region, backup, old, root: source }: InPlaceOrder,
  failures: number,
): Promise<string> {
  const { instanceId, rootVolumeId } = old;
  return run.stage('replace-root', async (tools) => {
    await untilAlone(run, tools);
    const taskId = await run.context.ec2(region).machines.replaceRoot(
      {
        runId,
        instanceId,
        source,
        clientToken: failures === 0 ? runId : `${runId}-${failures}`,
        oldRoot: {
          volumeId: rootVolumeId ?? '',
          name: `${old.name ?? instanceId} root before ${backup?.backupId ?? runId}`,
        },
      },
      tools.ec2Options(),
    );
    const kept = rootVolumeId === undefined ? '' : `; ${rootVolumeId} is kept`;
    return { ok: true, value: taskId, detail: `${taskId}${kept}` };
  });
}

/** False when EC2 ended the task as failed, and people want another one. */
async function hasEnded(
  run: RestoreRun,
  { old: { instanceId, rootVolumeId } }: InPlaceOrder,
  taskId: string,
): Promise<boolean> {
  const { machines } = run.context.ec2(run.region);
  const about = { instanceId, taskId, ...(rootVolumeId === undefined ? {} : { volumeId: rootVolumeId }) };
  for (;;) {
    const result = await run.attempt<string>('root', async (tools) => {
      let state = 'not shown by EC2 yet';
      const end = await tools.until(
        async () => {
          const task = await machines.replaceRootTask(taskId, tools.ec2Options());
          state = task?.state ?? state;
          await tools.tell(state);
          const ended = rootTaskEnd(state);
          return ended === 'waiting' ? undefined : ended;
        },
        {
          limitMs: TASK_LIMIT_MS,
          late: (afterMs) => ({ code: 'restore-root-slow', instanceId, taskId, state, afterMs }),
        },
      );
      if (end === 'succeeded') return { ok: true, value: end, detail: 'EC2 has replaced it' };
      return {
        ok: false,
        problem: { code: end === 'no root' ? 'restore-root-gone' : 'restore-root-kept', ...about },
      };
    });
    if (result.ok) {
      run.done.add('root');
      return true;
    }
    const { problem } = result;
    await run.decide('root', problem, [retryOption(problem)]);
    if (problem.code === 'restore-root-gone' || problem.code === 'restore-root-kept') return false;
  }
}
