import type { RestoreStage } from '../../core/restore/stages.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import type { StageResult } from '../run/stage.ts';
import type { RestoreRun, RestoreTools } from './run.ts';

const TERMINATED_LIMIT_MS = 20 * 60_000;
const VOLUMES_LIMIT_MS = 5 * 60_000;

/** Removes what carries the tag of `ofRun`, this run or an earlier one, and nothing else. Whether it is gone. */
export function removeOwn(run: RestoreRun, stage: RestoreStage, ofRun: string): Promise<boolean> {
  return run.undo(stage, (tools) => removeLaunched(run, tools, ofRun));
}

/** The machines that `ofRun` launched, and their volumes. */
async function removeLaunched(
  run: RestoreRun,
  tools: RestoreTools,
  ofRun: string,
): Promise<StageResult<string>> {
  const { machines } = run.context.ec2(run.order.region);
  const found = await machines.machinesOf(ofRun, tools.ec2Options());
  // EC2 may not show yet what was launched a moment ago.
  const ids = [...new Set([...run.launched, ...found.map(({ instanceId }) => instanceId)])];
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
function freeVolumes(run: RestoreRun, tools: RestoreTools, ofRun: string): Promise<string[]> {
  const { machines } = run.context.ec2(run.order.region);
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
