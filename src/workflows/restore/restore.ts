import { targetChanges } from '../../core/approval/planned-machine.ts';
import { actorLines, actsByItself } from '../../core/catalogue/machine-actors.ts';
import { addressChanges, oldNeedles } from '../../core/restore/address-changes.ts';
import { restoreChecklist } from '../../core/restore/checklist-items.ts';
import { type RestoreOutcome, restoreEnd } from '../../core/restore/end.ts';
import type { InPlaceOrder, ReplaceOrder, RestoreOrder } from '../../core/restore/order.ts';
import { restoreStages, UNDO_STAGES } from '../../core/restore/stages.ts';
import type { RunEnd } from '../../core/run/run-view.ts';
import type { Store } from '../../core/store/store.ts';
import { listInWords } from '../../core/text/words.ts';
import { checklistMessage } from '../../runs/checklist-message.ts';
import { RESTORE } from '../../runs/restore.ts';
import { restoreFiles } from '../files/restore.ts';
import { approvedStage } from '../run/approval-stage.ts';
import { finishRun } from '../run/finish.ts';
import { AbortedError } from '../run/interruptions.ts';
import type { Reached } from '../run/machine.ts';
import type { Steps } from '../run/stage.ts';
import { removeNomad, restartServices, setHost, startApp, stopApp } from './app.ts';
import { listStuckBuilds } from './builds.ts';
import { checkPlan } from './check.ts';
import { connect } from './connect.ts';
import { type CutOverState, cutOver } from './cut-over.ts';
import { compareMounts, findMentions, readFiles, rewriteFiles } from './files.ts';
import { replaceRoot } from './in-place.ts';
import { launchMachine, type Running, untilChecked } from './launch.ts';
import { removeLaunched } from './remove-launched.ts';
import { createRestoreRun, type RestoreContext, type RestoreRun } from './run.ts';
import { type Checked, verifyMachine } from './verify.ts';

/** What is known of a restore at any moment; made from what the steps returned alone. */
interface Progress {
  cutOver: CutOverState;
  isLaunching: boolean;
  running?: Running;
  mentioned: string[];
  /** Files that were changed. */
  originals: string[];
  /** Of the machine, once the bot has logged in. */
  hostKey?: string;
  /** Set once CircleCI was asked; the count is missing where it did not answer. */
  builds?: { count: number | undefined };
}

/**
 * A restore, from the approval to the last word. Code outside the steps runs again after each restart, so it only passes
 * on what the steps returned; what people chose comes from steps as well.
 */
export async function restore(
  context: RestoreContext,
  steps: Steps,
  order: RestoreOrder,
): Promise<{ outcome: RunEnd['outcome'] }> {
  const run = createRestoreRun(context, steps, order);
  const progress: Progress = { cutOver: 'not begun', isLaunching: false, mentioned: [], originals: [] };
  const outcome = await outcomeOf(run, progress);
  return finishRun(run, restoreEnd(order, outcome, restoreStages(order)), (store) =>
    leaveChecklist(context, store, order, outcome, progress),
  );
}

/** In the transaction of the last word: what is left for people is told with it, or not at all. */
async function leaveChecklist(
  { clock, targets }: RestoreContext,
  store: Store,
  order: RestoreOrder,
  outcome: RestoreOutcome,
  { mentioned, builds, hostKey }: Progress,
): Promise<void> {
  const at = clock.now();
  const isPinned = targets.some(({ name, ssh }) => name === order.target && (ssh?.hostKeys.length ?? 0) > 0);
  const checklist = restoreChecklist(order, outcome, at, {
    mentioned,
    ...(isPinned && hostKey !== undefined ? { hostKey } : {}),
    ...(builds === undefined ? {} : { builds }),
  });
  if (checklist === undefined) return;
  await store.checklists.insert(order.runId, checklist, true);
  await store.messages.put(checklistMessage(checklist), at);
}

async function outcomeOf(run: RestoreRun, progress: Progress): Promise<RestoreOutcome> {
  const { order } = run;
  const { region, selector: instance, url, ssh } = order;
  const approved = await approvedStage(
    run,
    { workflow: RESTORE, input: order },
    {
      again: `restore ${order.target}`,
      // What EC2 shows is compared in a step of its own: trouble with it is asked about.
      changes: async (target) => targetChanges({ region, instance, url: url ?? null, ssh }, target),
    },
  );
  if (!approved.ok) {
    const kind = approved.problem.code === 'canceled' ? 'canceled' : 'refused';
    return outcome(run, progress, { kind, problem: approved.problem });
  }
  run.done.add('approval');
  try {
    const changed = await checkPlan(run);
    if (changed !== undefined) return outcome(run, progress, { kind: 'refused', problem: changed });
    return await carriedOut(run, progress);
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    return aborted(run, progress, error);
  }
}

async function carriedOut(run: RestoreRun, progress: Progress): Promise<RestoreOutcome> {
  const { order } = run;
  const running = await machineOf(run, progress);
  progress.running = running;
  const reached = order.ssh ? await prepare(run, running, progress) : undefined;
  if (reached !== undefined) progress.hostKey = reached.hostKey;
  const checked = { running, ...(reached === undefined ? {} : { reached }) };
  await run.stage('verify', (tools) => verifyMachine(run, tools, checked), 'left out');
  if (order.way === 'replace' && !(await takesOver(run, order, progress, checked)))
    return outcome(run, progress, { kind: 'not cut over' });
  if (order.listBuilds) progress.builds = { count: await listStuckBuilds(run) };
  return outcome(run, progress, { kind: 'restored' });
}

/** The cut-over, where people want it. Where a step was left out, nobody decides it alone: the plan had it in. */
async function takesOver(
  run: RestoreRun,
  order: ReplaceOrder,
  progress: Progress,
  checked: Checked,
): Promise<boolean> {
  const isAsked = order.cutOver === 'asked' || run.left.size > 0;
  if (isAsked && !(await wantsCutOver(run, order, checked.running))) return false;
  await cutOver(run, order, checked, (state) => {
    progress.cutOver = state;
    run.isOldTouched = state !== 'undone';
  });
  return true;
}

/** The machine that runs from the backup: a new one, or the old one with another root volume. */
async function machineOf(run: RestoreRun, progress: Progress): Promise<Running> {
  const { order } = run;
  if (order.way === 'in-place') {
    await askBeforeRestart(run, order);
    await replaceRoot(run, order);
    const { instanceId, privateIp, publicIp } = order.old;
    await untilChecked(run, instanceId);
    return {
      instanceId,
      ...(privateIp === undefined ? {} : { privateIp }),
      ...(publicIp === undefined ? {} : { publicIp }),
    };
  }
  progress.isLaunching = true;
  const running = await launchMachine(run, order);
  await untilChecked(run, running.instanceId);
  return running;
}

/** A restart is not taken for one by everybody who acts on the machine; people see to that first. */
async function askBeforeRestart(run: RestoreRun, { old }: InPlaceOrder): Promise<void> {
  const { actors = [], instanceId } = old;
  const others = actors.filter(actsByItself);
  if (others.length === 0) return;
  const text = `The machine ${instanceId} restarts now, and somebody else acts on it. ${actorLines(others, instanceId).join('. ')}.`;
  const answer = await run.ask('others', text, [
    {
      answer: 'go',
      label: 'Go on',
      style: 'primary',
      confirm: { title: 'Replace its root volume now?', text: `${instanceId} restarts for it.` },
    },
    { answer: 'abort', label: 'Abort', style: 'danger' },
  ]);
  if (answer === 'abort') throw new AbortedError();
}

/** Everything that is done on the machine before it is verified. */
async function prepare(run: RestoreRun, running: Running, progress: Progress): Promise<Reached> {
  const { removeNomad: isNomadRemoved, newHost, startApp: isAppStarted } = run.order;
  const changes = addressChanges(run.order, running);
  const reached = await connect(run, running);
  const lines = await readFiles(run, reached, changes);
  const { restoredFiles } = run.order;
  const isChanged = lines > 0 || isNomadRemoved || restoredFiles !== undefined;
  if (isChanged) {
    await stopApp(run, reached);
    progress.originals = await rewriteFiles(run, reached, changes);
  }
  if (oldNeedles(run.order, changes).length > 0)
    progress.mentioned = await findMentions(run, reached, changes);
  await compareMounts(run, reached);
  // After the mounts: into a folder where nothing is mounted they would fill the disk.
  if (restoredFiles !== undefined) await restoreFiles(run, reached, restoredFiles);
  if (isNomadRemoved) await removeNomad(run, reached);
  if (isChanged) await restartServices(run, reached);
  if (newHost !== undefined) await setHost(run, reached, newHost);
  if (isAppStarted) await startApp(run, reached);
  return reached;
}

async function wantsCutOver(
  run: RestoreRun,
  { target, old, address }: ReplaceOrder,
  { instanceId }: Running,
): Promise<boolean> {
  const moves = [
    ...(old === undefined ? [] : [`stops the old machine ${old.instanceId}`]),
    ...(address === undefined ? [] : [`moves the Elastic IP ${address.publicIp}`]),
    `makes ${instanceId} the machine of ${target}`,
  ];
  const isLost = old === undefined;
  const [standing, until] = isLost
    ? ['it is used by nobody yet', '']
    : [
        `${target} still runs where it was`,
        ' What happens in CircleCI until then is not on the new machine.',
      ];
  const left = restoreStages(run.order).filter(({ key }) => run.left.has(key));
  const unseen = left.map(({ title, skip }) => ` Left out: “${title}”. ${skip ?? ''}`.trimEnd()).join('');
  const actors = (old?.actors ?? []).filter(actsByItself);
  const warning =
    old === undefined || actors.length === 0
      ? ''
      : ` Before that: ${actorLines(actors, old.instanceId).join('. ')}.`;
  const text = `${instanceId} ${unseen === '' ? 'is ready' : 'runs'}, and ${standing}.${unseen} The cut-over ${listInWords(moves)}.${warning}${until}`;
  const answer = await run.ask('cut-over', text, [
    {
      answer: 'go',
      label: 'Cut over',
      style: 'primary',
      ...(left.length === 0 ? {} : { needsSecond: true }),
      confirm: { title: 'Cut over now?', text: `It ${listInWords(moves)}. If it fails, it is undone.` },
    },
    {
      answer: 'keep',
      label: isLost ? 'End here, keep it' : 'End here, keep both',
      confirm: {
        title: 'End without cutting over?',
        text: isLost
          ? `${instanceId} keeps running and costs money, and ${target} stays without a machine.`
          : `${instanceId} keeps running beside the old machine and costs money. Two machines at once can damage build data.`,
      },
    },
    {
      answer: 'abort',
      label: 'Abort',
      style: 'danger',
      confirm: {
        title: 'Abort the restore?',
        text: `${instanceId} is terminated and its volumes are deleted.${isLost ? '' : ' The old machine was not touched.'}`,
      },
    },
  ]);
  if (answer === 'abort') throw new AbortedError();
  return answer === 'go';
}

/** Removes what the run made; a cut-over that could not be undone keeps its machine, for people may depend on it. */
async function aborted(
  run: RestoreRun,
  progress: Progress,
  { problem }: AbortedError,
): Promise<RestoreOutcome> {
  const mayRemove = progress.isLaunching && progress.cutOver !== 'begun';
  const kept = mayRemove ? await removeLaunched(run, UNDO_STAGES[1], run.runId, run.launched) : undefined;
  return outcome(run, progress, {
    kind: 'aborted',
    ...(problem === undefined ? {} : { problem }),
    ...(mayRemove ? { removed: kept === undefined } : {}),
    ...(kept === undefined ? {} : { kept }),
  });
}

function outcome(
  run: RestoreRun,
  { running, cutOver: state, originals }: Progress,
  more: Pick<RestoreOutcome, 'kind' | 'problem' | 'removed' | 'kept'>,
): RestoreOutcome {
  return { ...running, ...more, originals, cutOver: state, done: [...run.done], left: [...run.left] };
}
