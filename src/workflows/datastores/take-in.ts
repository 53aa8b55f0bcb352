import type { RestoredPart, RestoredStore } from '../../core/datastores/restore-order.ts';
import { creatingCommand, takingCommand } from '../../core/datastores/restoring.ts';
import { dumpTrouble } from '../../core/datastores/trouble.ts';
import type { HostedStore } from '../../core/model/datastore.ts';
import { RESTIC_EXIT, type ResticAccess } from '../../core/model/restic.ts';
import type { ResticTask } from '../../core/ports/restic.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { bytesInWords, counted } from '../../core/text/words.ts';
import type { Tools } from '../run/run.ts';
import { followTask, type HostRun, onHost, type StoreHost } from './host.ts';
import { countTables } from './in-the-way.ts';

interface Taken {
  store: HostedStore;
  host: StoreHost;
  access: ResticAccess;
  planned: RestoredStore;
  part: RestoredPart;
  index: number;
}

/** Takes one part in and says what is there then. Rejects with `datastore-not-restored`, `job-…` and `datastore-in-use`. */
export async function takeIn(run: HostRun, tools: Tools, taken: Taken): Promise<string> {
  const { store, part } = taken;
  if (store.kind === 'postgres' && part.form === 'custom' && part.database !== undefined) {
    const { database } = part;
    await work(run, tools, taken, 'make', (print) => creatingCommand(store, database, print));
    const isThere = async () =>
      (await onHost(run, tools, taken.host, (jobs) => countTables(jobs, store, database))) > 0;
    // Within one transaction: tables that are there since the look are all of them.
    const into = takingCommand(store, part, []);
    if (into !== undefined && !(await isThere()))
      await work(run, tools, taken, 'in', (print) => takingCommand(store, part, print) ?? []);
    const tables = await onHost(run, tools, taken.host, (jobs) => countTables(jobs, store, database));
    return `${counted(tables, 'table')}, from ${bytesInWords(part.bytes)}`;
  }
  await work(run, tools, taken, 'in', (print) => takingCommand(store, part, print) ?? []);
  return `from ${bytesInWords(part.bytes)}`;
}

async function work(
  run: HostRun,
  tools: Tools,
  { store, host, access, planned, part, index }: Taken,
  how: 'make' | 'in',
  into: (print: readonly string[]) => readonly string[],
): Promise<void> {
  const { clock, targets } = run.context;
  const timeoutMs = targets.find(({ name }) => name === run.target)?.datastores?.timeoutMs ?? 0;
  const { snapshotId, file, what } = part;
  const task: ResticTask =
    file === undefined
      ? { does: 'restore', snapshotId }
      : { does: 'read', into, snapshotId, file, limitMs: timeoutMs };
  const ended = await followTask(run, tools, {
    host,
    access,
    name: `${run.runId}.${planned.name}.${index}.${how}`,
    task,
    what: `${what} of ${planned.name}`,
    until: clock.now() + timeoutMs,
  });
  if (ended.code === RESTIC_EXIT.done && ended.said.errorCount === 0) return;
  const lines = [...ended.said.other, ...ended.said.errors];
  const known = dumpTrouble(lines);
  const code = ended.code === undefined ? '' : ` (exit code ${ended.code})`;
  throw new ProblemError({
    code: 'datastore-not-restored',
    what: `${what} of ${store.name}`,
    why: known === undefined ? `its program failed${code}` : known.why,
    next: known === undefined ? 'Run it by hand (restore --by-hand) to see why' : upper(known.next),
  });
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
