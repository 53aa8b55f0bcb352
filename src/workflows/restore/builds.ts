import type { RunningBuild } from '../../core/cleanup/builds-api.ts';
import { targetNamed } from '../../core/model/target.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import type { RestoreOrder } from '../../core/restore/order.ts';
import { counted } from '../../core/text/words.ts';
import { note } from '../run/run.ts';
import type { RestoreRun } from './run.ts';

/** How long CircleCI has for its answer, in ms of the bot's clock: the last word of the restore waits for it. */
const LIMIT_MS = 2 * 60_000;
/** Builds in the note; the button below the list shows all of them. */
const LISTED = 20;

/**
 * Builds that ran when the backup was made and show as running for ever. Undefined where CircleCI cannot be asked, as
 * before its DNS leads to the new machine: a button looks again then.
 */
export async function listStuckBuilds(run: RestoreRun): Promise<number | undefined> {
  const { order, context } = run;
  if (!leadsToIt(order)) return undefined;
  const result = await run.attempt<number | null>('builds', async ({ signal }) => {
    const target = targetNamed(context.targets, order.target);
    const api = target === undefined ? undefined : context.buildsApi(target);
    if (api === undefined) return { ok: true, value: null, detail: 'CircleCI cannot be asked' };
    const late = new AbortController();
    const done = new AbortController();
    void context.clock.sleep(LIMIT_MS, done.signal).then(() => late.abort());
    const either = AbortSignal.any([signal, late.signal]);
    try {
      const before = order.backup?.createdAt ?? order.requestedAt;
      const { stuck } = await api.unfinished({ before, signal: either });
      if (stuck.length > 0) {
        const text = stuckInWords(stuck);
        await note(run, { key: 'builds', text, tone: 'info' });
      }
      return {
        ok: true,
        value: stuck.length,
        detail: `${counted(stuck.length, 'build')} from before the backup`,
      };
    } catch (error) {
      signal.throwIfAborted();
      if (late.signal.aborted) return { ok: true, value: null, detail: 'CircleCI did not answer in time' };
      if (!(error instanceof ProblemError)) throw error;
      return { ok: true, value: null, detail: `not looked up: ${explain(error.problem).reason}` };
    } finally {
      done.abort();
    }
  });
  return result.ok ? (result.value ?? undefined) : undefined;
}

/** Whether the address of CircleCI leads to the machine already: with other addresses people have to change DNS first. */
function leadsToIt({ way, address, newHost }: RestoreOrder): boolean {
  return newHost === undefined && (way === 'in-place' || address !== undefined);
}

function stuckInWords(stuck: readonly RunningBuild[]): string {
  const more = stuck.length - LISTED;
  return [
    'These builds began before the backup was made and still show as running:',
    ...stuck.slice(0, LISTED).map(({ build }) => build.url),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join('\n');
}
