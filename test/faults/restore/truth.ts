import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import type { StoredMessage } from '../../../sandbox/slack/model.ts';
import type { Approval } from '../../../src/core/approval/approval.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import type { RestoreOrder } from '../../../src/core/restore/order.ts';
import type { AuditRow } from '../../../src/core/run/audit.ts';
import type { RunView } from '../../../src/core/run/run-view.ts';
import { shownIn } from '../schedules/messages.ts';
import { isRewritten } from './files.ts';
import { launchedIn, type RestoreWorld } from './world.ts';

/** What a bot that has ended left of its one restore. */
export interface RestoreLeft {
  order: RestoreOrder;
  approval: Approval;
  /** As its message should show it. */
  view: RunView;
  audit: AuditRow[];
}

const NAME = 'circleci_services';
const TOUCHED =
  /^(?:StopInstances|TerminateInstances|StartInstances|ModifyInstanceAttribute|RebootInstances)$/;

/**
 * What the last word of a restore claims and EC2 or the machines belie. Only what Slack shows counts: text and blocks of
 * the message.
 */
export function untruths(world: RestoreWorld, left: RestoreLeft, message: StoredMessage): string[] {
  const said = shownIn(message);
  const headline = message.text.split('\n')[0] ?? '';
  const claims = [...claimsOfHeadline(world, left, headline), ...claimsOfLines(world, left, said)];
  const wrong = claims.filter(([isTrue]) => !isTrue).map(([, claim]) => `it says ${claim}, which is not so`);
  return claims.length === 0 ? [`nothing is known of what “${headline}” claims`] : wrong;
}

type Claim = [isTrue: boolean, claim: string];

function claimsOfHeadline(world: RestoreWorld, left: RestoreLeft, headline: string): Claim[] {
  const [id = ''] = /i-[0-9a-f]{17}/.exec(headline) ?? [];
  if (/^The test restore of prod from \S+ runs on i-/.test(headline)) return ready(world, left, id);
  if (/^prod runs on i-\w+ again, from bk-/.test(headline))
    return [...ready(world, left, id), ...replacedRoot(world, left)];
  if (/^prod runs on i-\w+, restored from bk-/.test(headline))
    return [...ready(world, left, id), ...tookOver(world, left, id)];
  if (/^A new machine for prod is ready \(i-\w+\), but prod was not moved to it/.test(headline))
    return [...ready(world, left, id), [isUntouched(world) || wasCutOver(left), 'prod was not moved']];
  if (/^The restore of prod (?:was aborted|FAILED and was aborted)/.test(headline))
    return [[left.view.stages.some(({ state }) => state !== 'done'), 'it was aborted']];
  if (/^The restore of prod (?:did not begin|was canceled before anything was done)/.test(headline))
    return [
      [ofRun(world).length === 0, 'nothing was launched'],
      [world.ec2.tasks.size === 0, 'no root volume was replaced'],
      [isUntouched(world), 'the old machine was not touched'],
    ];
  if (left.approval.state === 'void') return [[false, `the approval is void, and “${headline}”`]];
  return [];
}

function claimsOfLines(world: RestoreWorld, left: RestoreLeft, said: string): Claim[] {
  const { order } = left;
  const { old, ec2 } = world;
  const volumes = [...ec2.volumes.values()].filter(
    ({ volumeId, tags }) => world.guard.isOwn(volumeId) && tags[TAG.run] === order.runId,
  );
  const remains = ofRun(world).length + volumes.length;
  const about = (text: string, isTrue: boolean): Claim[] => (said.includes(text) ? [[isTrue, text]] : []);
  return [
    ...about('What this run launched is removed.', remains === 0),
    // Where something stays that nobody was to have, that is said.
    ...(/^The restore of prod (?:FAILED and )?was aborted/.test(said) &&
    order.way !== 'in-place' &&
    remains > 0
      ? [[/was not seen to be gone|neither done nor undone/.test(said), 'nothing of what remains'] as Claim]
      : []),
    ...about(`${old.instanceId}, not touched`, isUntouched(world)),
    ...about(`${old.instanceId}, stopped, not terminated`, old.state === 'stopped'),
    ...about(
      `${old.instanceId}, stopped for a while, runs again`,
      old.state === 'running' && hasOldTags(world) && hasItsAddress(world, left),
    ),
    ...(/Done: [^.]*Stop the old machine/.test(said)
      ? [[old.state === 'stopped', 'the old machine is stopped'] as Claim]
      : []),
    ...about('is kept: it is the way back', isOldRootKept(world, left)),
    ...[...said.matchAll(/(Private|Public) address\*?\n?(\d+(?:\.\d+){3})/g)].map(
      ([, kind, ip]): Claim => [
        runningAt(world, kind === 'Private' ? 'privateIp' : 'publicIp', ip ?? ''),
        `${kind} address ${ip}`,
      ],
    ),
  ];
}

/** It runs, its files hold its addresses, and what the steps say was done on it is done. */
function ready(world: RestoreWorld, left: RestoreLeft, instanceId: string): Claim[] {
  const { order } = left;
  const machine = world.machines.running.get(instanceId);
  const isDone = (key: string) =>
    left.view.stages.some((stage) => stage.key === key && stage.state === 'done');
  return [
    [world.ec2.instances.get(instanceId)?.state === 'running', `${instanceId} runs`],
    [isRewritten(world, order, instanceId), 'its files hold its addresses'],
    [!isDone('start-app') || machine?.app().state === 'started', 'the application is started'],
    [!isDone('nomad') || machine?.disk.files.has('/opt/nomad') === false, '/opt/nomad is removed'],
    [
      !isDone('verify') || !order.startApp || machine?.localAddress() === machine?.addresses.privateIp,
      'it is verified',
    ],
  ];
}

function tookOver(world: RestoreWorld, { order }: RestoreLeft, id: string): Claim[] {
  const { ec2, old, guard } = world;
  const address = order.address && ec2.addresses.get(order.address.allocationId);
  const named = [old, ...launchedIn(world)].filter(
    ({ tags, state }) => tags.Name === NAME && state !== 'terminated',
  );
  return [
    [old.state === 'stopped' || old.state === 'terminated', 'the old machine is stopped'],
    [
      named.map(({ instanceId }) => instanceId).join() === id ||
        [id, old.instanceId].some((one) => guard.changed.has(one)),
      'the name leads to the new machine alone',
    ],
    [address === undefined || address.held?.instanceId === id, 'the Elastic IP leads to it'],
  ];
}

function replacedRoot(world: RestoreWorld, left: RestoreLeft): Claim[] {
  const { old, ec2, backup } = world;
  const root = old.devices.find(({ device }) => device === old.rootDevice);
  const volume = ec2.volumes.get(root?.volumeId ?? '');
  return [
    [volume?.snapshotId === backup.mappings[0]?.snapshotId, 'its root volume is of the backup'],
    [isOldRootKept(world, left), 'the former root is kept'],
  ];
}

function isOldRootKept({ ec2, guard }: RestoreWorld, { order }: RestoreLeft): boolean {
  const volume = ec2.volumes.get(order.old?.rootVolumeId ?? '');
  return (
    volume !== undefined &&
    (guard.changed.has(volume.volumeId) || volume.tags[TAG.replacedBy] === order.runId)
  );
}

/** Nothing that changes a machine was asked for it, and it has the tags that it had. */
export function isUntouched(world: RestoreWorld): boolean {
  const { ec2, old } = world;
  const calls = ec2.calls.filter(
    ({ action, dryRun, params }) =>
      !dryRun &&
      (TOUCHED.test(action) || /^(?:Create|Delete)Tags$/.test(action)) &&
      JSON.stringify(params).includes(old.instanceId),
  );
  return calls.length === 0 && hasOldTags(world);
}

function hasItsAddress({ ec2 }: RestoreWorld, { order: { address } }: RestoreLeft): boolean {
  const now = ec2.addresses.get(address?.allocationId ?? '');
  return now === undefined || now.held?.instanceId === address?.instanceId;
}

/** As far as nobody else has set them. */
function hasOldTags({ old: { instanceId, tags }, guard }: RestoreWorld): boolean {
  return guard.changed.has(instanceId) || JSON.stringify(tags) === JSON.stringify({ Name: NAME });
}

function wasCutOver({ audit }: RestoreLeft): boolean {
  return audit.some(({ kind, detail }) => kind === 'stage' && detail.stage === 'fence');
}

/** Machines of this run that are not gone. */
function ofRun(world: RestoreWorld): InstanceRecord[] {
  return launchedIn(world).filter(({ state }) => state !== 'terminated');
}

function runningAt({ ec2 }: RestoreWorld, kind: 'privateIp' | 'publicIp', ip: string): boolean {
  return [...ec2.instances.values()].some((one) => one.state === 'running' && one[kind] === ip);
}
