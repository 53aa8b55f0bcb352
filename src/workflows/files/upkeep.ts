import type { Upkeep } from '../../core/model/restic.ts';
import { explain, type Problem, ProblemError } from '../../core/problems/problem.ts';
import type { Collection } from '../../core/store/collections.ts';
import { listInWords } from '../../core/text/words.ts';
import { unwithhold } from '../../runs/run-message.ts';
import { CanceledError } from '../run/interruptions.ts';
import type { Reached } from '../run/machine.ts';
import { note, type Tools } from '../run/run.ts';
import { followRestic, onRestic, problemOf, resticAccessOf, saidInWords } from './job.ts';
import { type FilesRun, reach } from './reach.ts';

const DAY_MS = 24 * 3_600_000;

/** Changes what is known of a repository; `change` gives undefined where nothing is to change, or may not. */
async function changed(
  upkeeps: Collection<Upkeep>,
  id: string,
  change: (before: Upkeep) => Upkeep | undefined,
): Promise<Upkeep | undefined> {
  for (;;) {
    const item = await upkeeps.get(id);
    if (item === undefined) return undefined;
    const next = change(item.value);
    if (next === undefined) return undefined;
    if (await upkeeps.replace(id, item.version, next, true)) return next;
  }
}

/** What works on a repository alone gives way to a backup: from now on, until `leaveRepository`. */
export async function wantRepository(run: FilesRun, id: string): Promise<void> {
  const { clock, store } = run.context;
  const at = clock.now();
  const fresh: Upkeep = { prunedAt: at, checkedAt: at, part: 0, wanted: [] };
  await store.upkeeps.insert(id, fresh, true);
  const { timeoutMs } = resticAccessOf(run.context, run.target);
  await changed(store.upkeeps, id, (before) => ({
    ...before,
    // What a run that is gone for good has left is not for ever.
    wanted: [
      ...before.wanted.filter((one) => one.runId !== run.runId && at - one.at < timeoutMs),
      { runId: run.runId, at },
    ],
  }));
}

export async function leaveRepository({ context, runId }: FilesRun, id: string): Promise<void> {
  await changed(context.store.upkeeps, id, (before) => ({
    ...before,
    wanted: before.wanted.filter((one) => one.runId !== runId),
  }));
}

/**
 * Prunes the repository and reads a part of it again, where that is due. One run at a time does so, whichever target it is
 * of, and gives way to backups. Damage is an alarm.
 */
export async function keepRepository(run: FilesRun & { calls: readonly string[] }): Promise<void> {
  await run.attempt<string>('upkeep', async (tools) => {
    try {
      const detail = await keptUp(run, tools);
      return { ok: true, value: detail, detail };
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code !== 'store-unavailable')
        await tell(run, error.problem);
      throw error;
    }
  });
}

async function keptUp(run: FilesRun, tools: Tools): Promise<string> {
  const { context, target, runId } = run;
  const { clock, store } = context;
  const access = resticAccessOf(context, target);
  const reached = await reach(run, tools);
  const id = await onRestic(run, tools, reached, (restic) => restic.repository());
  const known = (await store.upkeeps.get(id))?.value;
  if (known === undefined) return 'nothing is due';
  const at = clock.now();
  const parts = Math.max(1, Math.floor(access.checkWithinMs / DAY_MS));
  const due = Math.min(parts, Math.floor((at - known.checkedAt) / DAY_MS));
  const isPruneDue = at - known.prunedAt >= access.pruneEveryMs;
  if (!isPruneDue && due === 0) return 'nothing is due';
  const mine = await changed(store.upkeeps, id, (before) =>
    before.holder === undefined ||
    before.holder.runId === runId ||
    at - before.holder.since > 2 * access.timeoutMs
      ? { ...before, holder: { runId, since: at } }
      : undefined,
  );
  if (mine === undefined) return 'another run works on it';
  const done: string[] = [];
  const isWanted = async () =>
    ((await store.upkeeps.get(id))?.value.wanted ?? []).some((one) => at - one.at < access.timeoutMs);
  try {
    if (isPruneDue) {
      await worked(run, tools, reached, { name: `${runId}.prune`, task: { does: 'prune' }, isWanted });
      await changed(store.upkeeps, id, (before) => ({ ...before, prunedAt: clock.now() }));
      done.push('pruned');
    }
    for (let n = 0; n < due; n += 1) {
      const part = ((mine.part + n) % parts) + 1;
      const task = { does: 'check', part, parts } as const;
      await worked(run, tools, reached, { name: `${runId}.check-${part}`, task, isWanted });
      await changed(store.upkeeps, id, (before) => ({ ...before, part, checkedAt: clock.now() }));
      done.push(`part ${part} of ${parts} read again without an error`);
    }
    return listInWords(done);
  } catch (error) {
    // The next run takes it up.
    if (error instanceof CanceledError) return listInWords([...done, 'gave way to a backup']);
    throw error;
  } finally {
    await changed(store.upkeeps, id, ({ holder: _holder, ...before }) => before);
  }
}

async function worked(
  run: FilesRun,
  tools: Tools,
  reached: Reached,
  work: {
    name: string;
    task: { does: 'prune' } | { does: 'check'; part: number; parts: number };
    isWanted: () => Promise<boolean>;
  },
): Promise<void> {
  const { clock } = run.context;
  const access = resticAccessOf(run.context, run.target);
  const since = clock.now();
  const during = work.task.does === 'prune' ? 'the pruning of the repository' : 'the check of the repository';
  const followed = await followRestic(run, tools, reached, { ...work, during });
  if (followed.kind === 'there') return;
  const { look } = followed;
  const { errorCount, check } = look.said;
  const errors = check?.errors ?? 0;
  if (work.task.does === 'check' && (errors > 0 || (check !== undefined && look.code !== 0)))
    throw new ProblemError({
      code: 'repository-damaged',
      repository: access.repository,
      errors: Math.max(1, errors, errorCount),
      said: saidInWords(look.said),
    });
  const problem = problemOf(look, access, { during, tookMs: clock.now() - since });
  if (problem !== undefined) throw new ProblemError(problem);
}

/** Damage calls everybody who may do something; the rest is tried again. */
async function tell(run: FilesRun & { calls: readonly string[] }, problem: Problem): Promise<void> {
  const { reason, next } = explain(problem);
  const isAlarm = problem.code === 'repository-damaged';
  const operators = run.context.targets.find(({ name }) => name === run.target)?.operators ?? [];
  await unwithhold(run.context.store, run.runId);
  await note(run, {
    key: 'upkeep',
    tone: isAlarm ? 'bad' : 'warning',
    broadcast: isAlarm,
    mentions: isAlarm ? [...new Set([...run.calls, ...operators])] : run.calls,
    text: `${reason} ${isAlarm ? next : 'After the next complete backup it tries again.'}`,
  });
}
