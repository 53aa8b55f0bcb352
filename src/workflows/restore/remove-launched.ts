import type { RunStage } from '../../core/run/run-view.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import type { Ec2Context, RunContext } from '../run/context.ts';
import type { Run, Tools } from '../run/run.ts';
import type { StageResult } from '../run/stage.ts';

type Ec2Run = Run<RunContext & Ec2Context>;

const TERMINATED_LIMIT_MS = 20 * 60_000;
const VOLUMES_LIMIT_MS = 5 * 60_000;

/**
 * Removes what carries the tag of `ofRun`, this run or an earlier one, and nothing else. `known`: machines that EC2 may
 * not show yet, as they were launched a moment ago. Whether it is gone.
 */
export function removeLaunched(
  run: Ec2Run,
  stage: RunStage,
  ofRun: string,
  known: Iterable<string> = [],
): Promise<boolean> {
  return run.undo(stage, (tools) => removed(run, tools, ofRun, known));
}

/** The machines that `ofRun` launched, and their volumes. */
async function removed(
  run: Ec2Run,
  tools: Tools,
  ofRun: string,
  known: Iterable<string>,
): Promise<StageResult<string>> {
  const { machines } = run.context.ec2(run.region);
  const found = await machines.machinesOf(ofRun, tools.ec2Options());
  const ids = [...new Set([...known, ...found.map(({ instanceId }) => instanceId)])];
  for (const id of ids) await machines.terminate(id, ofRun, tools.ec2Options());
  await tools.until(
    async () => ((await machines.machinesOf(ofRun, tools.ec2Options())).length === 0 ? true : undefined),
    {
      limitMs: TERMINATED_LIMIT_MS,
      late: (afterMs) => ({
        code: 'restore-machine-slow',
        instanceId: listInWords(ids),
        state: 'not terminated',
        afterMs,
      }),
    },
  );
  const volumes = await freeVolumes(run, tools, ofRun);
  for (const volumeId of volumes) await machines.deleteVolume(volumeId, ofRun, tools.ec2Options());
  const detail =
    ids.length === 0 && volumes.length === 0
      ? 'nothing was there'
      : `${listInWords(ids) || 'no machine'} terminated, ${volumes.length === 0 ? 'no volume is left' : `${counted(volumes.length, 'volume')} deleted`}`;
  return { ok: true, value: detail, detail };
}

/** Once nothing is attached to them any more. */
function freeVolumes(run: Ec2Run, tools: Tools, ofRun: string): Promise<string[]> {
  const { machines } = run.context.ec2(run.region);
  let attached: string[] = [];
  return tools.until(
    async () => {
      const volumes = await machines.volumesOf(ofRun, tools.ec2Options());
      attached = volumes.filter(({ instanceId }) => instanceId !== undefined).map(({ volumeId }) => volumeId);
      return attached.length === 0 ? volumes.map(({ volumeId }) => volumeId) : undefined;
    },
    {
      limitMs: VOLUMES_LIMIT_MS,
      late: () => ({ code: 'restore-not-undone', left: attached.map((id) => `${id} is still attached`) }),
    },
  );
}
