import type { RunStage } from '../run/run-view.ts';
import type { RestoreOrder } from './order.ts';

const APPROVAL: RunStage = { key: 'approval', title: 'Check the approval' };
const CHECK: RunStage = { key: 'check', title: 'Compare the plan with EC2' };

const LAUNCH: readonly RunStage[] = [
  { key: 'launch', title: 'Launch the machine' },
  { key: 'running', title: 'Wait until it runs' },
];

const REPLACE_ROOT: readonly RunStage[] = [
  { key: 'replace-root', title: 'Replace the root volume' },
  { key: 'root', title: 'Wait until EC2 has replaced it' },
];

const CHECKS: RunStage = {
  key: 'checks',
  title: 'Wait for EC2’s status checks',
  skip: 'EC2’s status checks have not passed. The machine may work all the same.',
};

/** Reached over SSH, the machine is looked at, and nothing is changed yet. */
const LOOK: readonly RunStage[] = [
  { key: 'connect', title: 'Confirm the host key and log in' },
  { key: 'files', title: 'Read Replicated’s files' },
];

const CHANGE: readonly RunStage[] = [
  { key: 'stop-app', title: 'Stop the application' },
  { key: 'rewrite', title: 'Replace the addresses' },
  {
    key: 'mentions',
    title: 'Look for the old addresses elsewhere',
    skip: 'Other files on the machine may hold the old addresses. Nobody looked.',
  },
  {
    key: 'mounts',
    title: 'Compare what is mounted',
    skip: 'What was mounted on the old machine may be missing on this one. Large objects may be there.',
  },
];

const FILES_BACK: RunStage = {
  key: 'files-back',
  title: 'Bring the files back',
  skip: 'The files beside the image stay as they are on this machine now. Records of CircleCI may point at files that are not there.',
};

const NOMAD: RunStage = {
  key: 'nomad',
  title: 'Remove Nomad’s old state',
  skip: 'Nomad’s old state stays in /opt/nomad. It can disturb builds.',
};

const RESTART: RunStage = { key: 'restart', title: 'Restart Replicated' };

const HOST: RunStage = {
  key: 'hostname',
  title: 'Set the host name',
  skip: 'The host name in CircleCI’s settings stays as it was in the backup. Set it at port 8800.',
};

const START: RunStage = { key: 'start-app', title: 'Start the application' };

const VERIFY: RunStage = {
  key: 'verify',
  title: 'Verify the machine',
  skip: 'The machine is not verified. The traffic is moved to it only when somebody says so.',
};

const CUT_OVER: readonly RunStage[] = [
  { key: 'compare', title: 'Compare the plan with EC2 again' },
  { key: 'fence', title: 'Stop the old machine' },
  { key: 'address', title: 'Move the Elastic IP' },
  { key: 'names', title: 'Give it the old machine’s name' },
  { key: 'verify-again', title: 'Verify again' },
];

const BUILDS: RunStage = { key: 'builds', title: 'Look for builds that still show as running' };

/** The steps of this restore in their order, as far as the plan knows them. */
export function restoreStages(
  order: Pick<
    RestoreOrder,
    | 'way'
    | 'ssh'
    | 'removeNomad'
    | 'restoredFiles'
    | 'newHost'
    | 'startApp'
    | 'address'
    | 'old'
    | 'listBuilds'
  >,
): RunStage[] {
  const begin = [APPROVAL, CHECK, ...(order.way === 'in-place' ? REPLACE_ROOT : LAUNCH), CHECKS];
  const after = order.listBuilds ? [BUILDS] : [];
  if (!order.ssh) return [...begin, VERIFY, ...after];
  return [
    ...begin,
    ...LOOK,
    ...CHANGE,
    ...(order.restoredFiles === undefined ? [] : [FILES_BACK]),
    ...(order.removeNomad ? [NOMAD] : []),
    RESTART,
    ...(order.newHost === undefined ? [] : [HOST]),
    ...(order.startApp ? [START] : []),
    VERIFY,
    ...(order.way === 'replace' ? CUT_OVER.filter((stage) => isNeeded(stage.key, order)) : []),
    ...after,
  ];
}

function isNeeded(key: string, order: Pick<RestoreOrder, 'address' | 'old'>): boolean {
  if (key === 'fence') return order.old !== undefined;
  if (key === 'address') return order.address !== undefined;
  return true;
}

/** The removal of a machine that a restore launched, as a run of its own. */
const LOOK_AGAIN = { key: 'check', title: 'Look at it once more' } as const;
const REMOVE = { key: 'remove', title: 'Remove the machine' } as const;

/** Its stages; nobody approves the removal of a test's own machine. */
export function removalStages({ approved }: { approved: boolean }) {
  return [approved ? APPROVAL : LOOK_AGAIN, REMOVE] as const;
}

/** Steps that undo; they are shown only where they run. */
export const UNDO_STAGES = [
  { key: 'undo-cut-over', title: 'Go back to the old machine' },
  { key: 'remove', title: 'Remove what this run made' },
] as const satisfies readonly RunStage[];
