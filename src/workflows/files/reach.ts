import type { InstanceSelector } from '../../core/model/target.ts';
import { currentMachine } from '../run/current-machine.ts';
import { logIn, type MachineRun, type Reached } from '../run/machine.ts';
import type { Tools } from '../run/run.ts';

const PATIENCE_MS = 3 * 60_000;
const LOGIN_PATIENCE_MS = 2 * 60_000;

/** A backup's run, as far as its files need it. */
export type FilesRun = MachineRun & { input: { instance: InstanceSelector; requestedAt: number } };

/** Finds the machine that the target has now, and logs in to it once. */
export async function reach(run: FilesRun, tools: Tools): Promise<Reached> {
  const { context, target, region, input } = run;
  const call = tools.ec2Options(PATIENCE_MS, tools.wanted);
  const found = await currentMachine(context, { target, region, instance: input.instance }, call);
  const { connection, reached } = await logIn(run, tools, found, LOGIN_PATIENCE_MS);
  connection.close();
  return reached;
}
