import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { type Disk, textAt } from '../../../sandbox/machine/disk/disk.ts';
import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { hasStages } from '../../journeys/restore/restore.ts';
import { faultsOfFiles } from './files.ts';
import { type RestoreLeft, restoreLeft } from './left.ts';
import { isUntouched, untruths } from './truth.ts';
import type { RestoreWorld } from './world.ts';

type Check = [isKept: boolean, fault: string];

/**
 * Which promises one restore has broken, whatever happened to it; none when all were kept. The bot must have stopped, and
 * the restore must have its last word.
 */
export async function brokenPromises(world: RestoreWorld): Promise<string[]> {
  const left = await restoreLeft(world.dataFolder);
  if (left === undefined) return ['no restore was begun'];
  const last = lastWords(world);
  const checks = [
    ...ofMachines(world, left),
    ...ofOld(world, left),
    ...ofStore(left),
    ...ofMessages(world, left, last),
  ];
  return [
    ...checks.filter(([isKept]) => !isKept).map(([, fault]) => fault),
    ...filesOf(world, left),
    ...last.flatMap((message) => untruths(world, left, message)),
  ];
}

/** Of the machine that the restore made. */
function filesOf(world: RestoreWorld, { order }: RestoreLeft): string[] {
  const { old, known, oldDisk } = world;
  const made = [...known.keys()].filter((id) => id !== old.instanceId || known.get(id)?.disk !== oldDisk);
  return made.flatMap((id) => faultsOfFiles(world, order, id));
}

function ofMachines({ ec2, old, surplus }: RestoreWorld, { order }: RestoreLeft): Check[] {
  const launched = [...ec2.instances.values()].filter((one) => one !== old);
  const tasks = [...ec2.tasks.values()].filter(({ state }) => state === 'succeeded');
  return [
    // One that EC2 itself has ended may be followed by another.
    [surplus.length === 0, `launched beside another one: ${surplus.join()}`],
    [order.way !== 'in-place' || launched.length === 0, `${launched.length} machines were launched`],
    [
      launched.every(({ tags }) => tags[TAG.run] === order.runId),
      'a machine does not carry the tag of the run',
    ],
    [launched.every(({ userData }) => userData === undefined), 'user data was copied'],
    [launched.every(hasProtection), 'a machine is not protected from termination'],
    [tasks.length <= (order.way === 'in-place' ? 1 : 0), `${tasks.length} root volumes were replaced`],
    [
      ec2.volumes.has(order.old?.rootVolumeId ?? '') || order.old === undefined,
      'the old root volume is gone',
    ],
  ];
}

/** An abort takes it off, just before the machine goes. */
function hasProtection({ disableApiTermination, state }: InstanceRecord): boolean {
  return disableApiTermination || state === 'terminated' || state === 'shutting-down';
}

function ofOld(world: RestoreWorld, { order, audit }: RestoreLeft): Check[] {
  const { old, ec2 } = world;
  const ended = ec2.calls.filter(
    ({ action, dryRun, params }) =>
      !dryRun && action === 'TerminateInstances' && JSON.stringify(params).includes(old.instanceId),
  );
  const isAllowed =
    (order.way === 'replace' && order.cutOver === 'planned') ||
    audit.some(({ kind, verb, detail }) => kind === 'request' && verb === 'answer' && detail.answer === 'go');
  const mayFence = order.way === 'replace' && isAllowed;
  return [
    [ended.length === 0, 'the old machine was to be terminated'],
    [
      order.way === 'in-place' || mayFence || isUntouched(world),
      'the old machine was touched before its time',
    ],
    [order.way === 'in-place' || isUnchanged(world), 'files of the old machine were changed'],
  ];
}

/** It ran on all the time, or was only stopped: nobody worked on it. */
function isUnchanged({ oldDisk, inBackup }: RestoreWorld): boolean {
  return [...inBackup].every(([path, text]) => path === '/etc/hostname' || textOf(oldDisk, path) === text);
}

function textOf(disk: Disk, path: string): string {
  return textAt(disk, path) ?? '';
}

function ofStore(left: RestoreLeft): Check[] {
  const { order, approval, audit } = left;
  const rows = (kind: string) => audit.filter((row) => row.kind === kind && row.runId === order.runId);
  // Presses on a question that nobody decides alone are rows of this kind as well.
  const votes = rows('vote').filter(({ detail }) => !('question' in detail)).length;
  const isUsed = approval.state === 'approved' && approval.usedAt !== undefined;
  return [
    [isUsed || approval.state === 'void', `the approval is ${approval.state}`],
    [votes === 1 && approval.votes.length === 1, `${votes} votes`],
    [rows('start').length === 1, `${rows('start').length} starts`],
    [rows('result').length === 1, `${rows('result').length} results`],
    [left.locks.length === 0, 'the lock is still there'],
    [left.runs.every((status) => status === 'completed'), `the engine's runs: ${left.runs.join()}`],
    [left.runs.length === 1, `${left.runs.length} runs`],
    [left.chainBreak === undefined, `the audit breaks at ${left.chainBreak}`],
    [left.unsent.length === 0, `unsent: ${left.unsent.map(({ id }) => id).join()}`],
  ];
}

/** The restore's messages in the channel that have an end. */
function lastWords({ slack, channel }: RestoreWorld): StoredMessage[] {
  return slack
    .messages(channel.id)
    .filter((m) => hasStages(m) && m.deleted !== true && JSON.stringify(m.blocks).includes('*Took*'));
}

function ofMessages({ slack, channel }: RestoreWorld, { view }: RestoreLeft, last: StoredMessage[]): Check[] {
  const headline = view.end?.headline ?? 'nothing';
  const texts = (id: string, threads: boolean) =>
    slack.messages(id).filter((m) => (m.threadTs !== undefined) === threads && m.text.includes(headline))
      .length;
  const told = texts(channel.id, true);
  const direct = slack.workspace.channels.filter(({ im }) => im !== undefined);
  return [
    [last.length === 1, `${last.length} messages have the last word`],
    [last.every((m) => m.text.includes(headline)), 'the last word is another one than the stored one'],
    [
      !JSON.stringify(last.map((m) => m.blocks)).includes('circleci-backup:answer'),
      'the last word has buttons of a question',
    ],
    [told <= 1, `the end is told ${told} times in the thread`],
    // What Slack did not confirm is told to the person directly.
    [told === 1 || direct.some(({ id }) => texts(id, false) > 0), 'nobody is told of the end'],
  ];
}
