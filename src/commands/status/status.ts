import { approvalMessageId, approvalsOf, isOpen } from '../../core/approval/approval.ts';
import { type CatalogueEntry, endingOf, isComplete, newestFirst } from '../../core/catalogue/entry.ts';
import { unprovenInWords } from '../../core/catalogue/proof.ts';
import type { BackupEnding } from '../../core/model/backup.ts';
import { defined } from '../../core/model/defined.ts';
import type { Target } from '../../core/model/target.ts';
import { nextOfTarget } from '../../core/model/target-slots.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { readOwnBackups } from '../../runs/own-backups.ts';
import { readingOptions } from '../base/call-options.ts';
import type { TargetStatus, WaitingRequest } from '../base/reply.ts';
import { runningRun } from '../base/running.ts';
import type { MachineDeps, Needs, Verb } from '../base/verb.ts';
import { dataStatus } from './data.ts';

export const status: Verb = {
  name: 'status',
  summary: 'shows the last good backup and what runs now',
  usage: 'status [target]',
  examples: ['status'],
  details:
    'The last good backup is the newest one that was checked and found complete. Its age is what you would lose: ' +
    'everything since then. Without a target it shows all of them.',
  permission: 'anyone',
  takesTarget: true,
  flags: {},
  changes: false,
  async run(request, deps) {
    const asked = request.args.target === undefined ? deps.targets : [request.args.target];
    return {
      view: 'status',
      // A fleet is not logged in to because somebody asks how it is.
      targets: await Promise.all(asked.map((target) => statusOf(target, asked.length === 1, deps))),
      failures: deps.board.failures(asked.map(({ name }) => name)),
      version: deps.version,
      now: deps.clock.now(),
    };
  },
};

async function statusOf(
  target: Target,
  looks: boolean,
  deps: MachineDeps & Needs<'clock'>,
): Promise<TargetStatus> {
  const { locks } = deps.store;
  const going = [await locks.ofTarget(target.name), await locks.besideOf(target.name)];
  const byRun = new Map(going.flatMap((lock) => (lock === undefined ? [] : [[lock.runId, lock]])));
  const [running, routine, waiting, data, backups] = await Promise.all([
    Promise.all([...byRun.values()].map((lock) => runningRun(lock, deps.store))),
    routineOf(target, deps),
    waitingFor(target, deps),
    dataStatus(target, { looks }, deps),
    backupsOf(target, deps),
  ]);
  return { target, running, waiting, ...routine, ...defined({ data }), ...backups };
}

async function backupsOf(
  target: Target,
  deps: Needs<'ec2' | 'store'>,
): Promise<Pick<TargetStatus, 'counts' | 'newest' | 'unproven' | 'trouble'>> {
  try {
    const own = await readOwnBackups(target, deps, readingOptions());
    const newest = newestFirst(own.entries).find(isComplete);
    return {
      counts: count(own.entries.filter(({ doubts }) => doubts.length === 0)),
      ...defined({ newest }),
      unproven: unprovenInWords(target.name, own.entries, own.machines),
    };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { counts: count([]), unproven: [], trouble: error.message };
  }
}

async function waitingFor(
  target: Target,
  { store, clock }: Needs<'clock' | 'store'>,
): Promise<WaitingRequest[]> {
  const open = (await store.approvals.open()).map(({ value }) => value);
  const mine = open.filter((one) => one.plan.target === target.name && isOpen(one, clock.now()));
  return Promise.all(
    mine.map(async (one) => {
      const message = await store.messages.get(approvalMessageId(one.runId));
      return {
        runId: one.runId,
        summary: one.plan.summary,
        requester: one.requester,
        expiresAt: one.expiresAt,
        count: approvalsOf(one).length,
        required: one.required,
        ...(message?.ts === undefined ? {} : { message: { channel: message.channel, ts: message.ts } }),
      };
    }),
  );
}

/** What the bot itself knows of its routine, whether EC2 answers or not. */
async function routineOf(
  target: Target,
  { store, clock }: Needs<'clock' | 'store'>,
): Promise<Pick<TargetStatus, 'pausedUntil' | 'overdueSince' | 'next'>> {
  const now = clock.now();
  const pause = await store.schedules.pauseOf(target.name);
  const pausedUntil = pause !== undefined && pause.until > now ? pause.until : undefined;
  const alarm = await store.schedules.alarmOf(target.name);
  const [next] = nextOfTarget(target, pausedUntil ?? now, 1);
  return {
    ...(pausedUntil === undefined ? {} : { pausedUntil }),
    ...(alarm === undefined ? {} : { overdueSince: alarm.since }),
    ...(next === undefined ? {} : { next }),
  };
}

function count(entries: readonly CatalogueEntry[]): TargetStatus['counts'] {
  const of = (ending: BackupEnding | undefined) => entries.filter((e) => endingOf(e) === ending).length;
  return {
    complete: entries.filter(isComplete).length,
    partial: of('partial'),
    failed: of('failed'),
    canceled: of('canceled'),
    open: of(undefined),
  };
}
