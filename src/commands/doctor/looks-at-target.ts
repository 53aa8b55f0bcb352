import { canBeApproved } from '../../core/approval/approval.ts';
import { type CatalogueEntry, isComplete, newestFirst } from '../../core/catalogue/entry.ts';
import { failure, ok, skipped, warning } from '../../core/doctor/line.ts';
import type { MachineFacts } from '../../core/model/machine-facts.ts';
import type { Target } from '../../core/model/target.ts';
import type { MachinePlan } from '../../core/ports/ec2-machines.ts';
import type { ServicesMachine } from '../../core/ports/services-machine.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { counted, durationInWords, listInWords } from '../../core/text/words.ts';
import { describeMachine, provenMachine } from '../../runs/find-machine.ts';
import { readOwnBackups } from '../../runs/own-backups.ts';
import { readingOptions } from '../base/call-options.ts';
import { logInTo } from '../base/log-in.ts';
import type { CommandDeps } from '../base/verb.ts';
import type { Look } from './look.ts';

export type TargetDeps = Pick<
  CommandDeps,
  'ec2' | 'store' | 'clock' | 'openMachine' | 'timeLimit' | 'buildsApi' | 'vitals' | 'members'
>;

/** What the looks at a target share; what one has found serves those after it. */
export interface Patient {
  target: Target;
  deps: TargetDeps;
  machine?: MachineFacts;
  newest?: CatalogueEntry;
  login?: ServicesMachine;
}

/** A run that never is: what dry runs carry where a run's id stands. */
const NO_RUN = 'dr-doctor';
const LOGIN_LIMIT_MS = 30_000;
const API_LIMIT_MS = 20_000;

export const LOOKS_AT_TARGET: readonly Look<Patient>[] = [
  {
    key: 'channel',
    title: 'The channel',
    async look({ target: { channel }, deps }) {
      const isIn = await deps.members.botIsIn(channel);
      if (isIn === 'unknown') return skipped('Slack does not say whether the bot is in it.');
      return isIn === 'yes'
        ? ok(`The bot is in ${channel}.`)
        : failure(
            `The bot is not in ${channel}, or there is none of that id: nothing can be posted there.`,
            'Invite the bot there, or set BACKUP_CHANNEL.',
          );
    },
  },
  {
    key: 'people',
    title: 'Who may ask and approve',
    look: ({ target, deps }) => people(target, deps),
  },
  {
    key: 'aws',
    title: 'AWS',
    async look({ target: { region }, deps }) {
      await deps.ec2(region).someInstances(readingOptions());
      return ok(`EC2 in ${region} answers the bot’s identity.`);
    },
  },
  {
    key: 'machine',
    title: 'The Services machine',
    after: ['aws'],
    async look(patient) {
      const { target, deps } = patient;
      const found = await provenMachine(deps, { ...target, target: target.name }, readingOptions());
      const machine = await deps.ec2(target.region).machines.machine(found.instanceId, readingOptions());
      if (machine !== undefined) patient.machine = machine;
      return ok(`${describeMachine(found)}.`);
    },
  },
  {
    key: 'backup-permissions',
    title: 'Permissions for backups',
    after: ['machine'],
    async look({ target, deps, machine }) {
      if (machine === undefined) return skipped('The machine is not shown in full.');
      const tags = { 'circleci-backup:run': NO_RUN };
      const missing = await deps.ec2(target.region).missingPermissions(
        {
          runId: NO_RUN,
          name: `circleci-backup/${target.name}/${NO_RUN}`,
          description: 'asked by a dry run',
          instanceId: machine.instanceId,
          reboot: false,
          imageTags: { ...target.extraTags, ...tags },
          snapshotTags: { ...target.extraTags, ...tags },
        },
        readingOptions(),
      );
      return permissions(missing);
    },
  },
  {
    key: 'backup',
    title: 'The last good backup',
    after: ['aws'],
    look: (patient) => lastGood(patient),
  },
  {
    key: 'restore-permissions',
    title: 'Permissions for a restore of it',
    after: ['machine', 'backup'],
    async look({ target, deps, machine, newest }) {
      if (machine === undefined || newest === undefined)
        return skipped('There is no backup to be restored yet.');
      const missing = await deps
        .ec2(target.region)
        .machines.missingMachinePermissions(restorePlan(machine, newest), readingOptions());
      return permissions(missing);
    },
  },
  {
    key: 'place',
    title: 'Room for a restored machine',
    after: ['machine'],
    async look({ target, deps, machine }) {
      const { type, zone, subnetId } = machine ?? {};
      if (type === undefined || zone === undefined || subnetId === undefined)
        return skipped('EC2 does not say where the machine is.');
      const { machines } = deps.ec2(target.region);
      const [types, subnet] = await Promise.all([
        machines.typesIn(zone, [type], readingOptions()),
        machines.subnet(subnetId, readingOptions()),
      ]);
      if (types.length === 0)
        return failure(
          `${zone} does not offer ${type} any more.`,
          'A restore needs another type or another zone: its form asks for both.',
        );
      if (subnet !== undefined && subnet.freeAddresses === 0)
        return failure(
          `The subnet ${subnetId} has no free address.`,
          'Free one, or restore into another subnet.',
        );
      return ok(
        `${zone} offers ${type}, and ${subnetId} has free addresses. Whether there is capacity is known at the launch alone.`,
      );
    },
  },
  {
    key: 'apart',
    title: 'Where the bot runs',
    after: ['machine'],
    async look({ deps, machine }) {
      const own = deps.vitals.addresses();
      const isThere = [machine?.privateIp, machine?.publicIp].some(
        (ip) => ip !== undefined && own.includes(ip),
      );
      return isThere
        ? failure(
            'The bot runs on the very machine that it must bring back.',
            'Run it elsewhere: when that machine is lost, so is the bot.',
          )
        : ok('It does not run on the Services machine.');
    },
  },
  {
    key: 'schedule',
    title: 'Routine backups',
    async look({ target: { schedules, maxAgeMs } }) {
      if (schedules.length === 0) return warning('Backups are made by hand only.', 'Set BACKUP_SCHEDULE.');
      return maxAgeMs === undefined
        ? warning('Nobody is told when they stop.', 'Set BACKUP_MAX_AGE.')
        : ok(
            `${counted(schedules.length, 'schedule')}; an alarm after ${durationInWords(maxAgeMs)} without one.`,
          );
    },
  },
  {
    key: 'ssh',
    title: 'SSH to the machine',
    after: ['machine'],
    look: (patient) => logIn(patient),
  },
  {
    key: 'sudo',
    title: 'sudo on the machine',
    after: ['ssh'],
    async look({ login }) {
      if (login === undefined) return skipped('The bot does not log in.');
      await login.hasNomad();
      return ok('It asks for no password.');
    },
  },
  {
    key: 'replicated-files',
    title: 'Replicated’s files',
    after: ['sudo'],
    async look({ login }) {
      if (login === undefined) return skipped('The bot does not log in.');
      const files = await login.replicatedFiles(NO_RUN);
      return ok(`${listInWords(files.map(({ path }) => path))} can be read.`);
    },
  },
  {
    key: 'replicatedctl',
    title: 'Replicated’s commands',
    after: ['sudo'],
    async look({ login }) {
      if (login === undefined) return skipped('The bot does not log in.');
      const status = await login.appStatus();
      return status === undefined
        ? warning('replicatedctl knows of no application.', 'Look at the console at port 8800.')
        : ok(`replicatedctl answers: the application is ${status.state}.`);
    },
  },
  {
    key: 'files',
    title: 'FILES_PATHS on the machine',
    after: ['sudo'],
    async look({ target, login }) {
      const paths = target.files?.paths ?? [];
      if (paths.length === 0) return skipped('FILES_PATHS is not set.');
      if (login === undefined) return skipped('The bot does not log in.');
      const found = await login.lookAtData(
        paths.map((path) => ({ path })),
        { sizes: false },
      );
      const bad = found.paths.filter(({ state }) => state !== 'folder');
      return bad.length === 0
        ? ok(`${listInWords(paths)} can be read.`)
        : failure(
            `${listInWords(bad.map(({ path, state }) => `${path} (${state})`))}: no folder that the bot could read.`,
            'Mount it, or mend FILES_PATHS.',
          );
    },
  },
  {
    key: 'builds-api',
    title: 'CIRCLECI_TOKEN',
    look: ({ target, deps }) => buildsApi(target, deps),
  },
];

function permissions(missing: readonly string[]) {
  return missing.length === 0
    ? ok('EC2 would allow all of it (dry run).')
    : failure(
        `The bot’s identity lacks ${listInWords(missing)}.`,
        'Attach what “circleci-backup iam” prints to its role.',
      );
}

async function people(target: Target, { members }: TargetDeps) {
  const { operators, approvers, approvalsRequired } = target;
  const groups = [...new Set([...operators, ...approvers])].filter((id) => id.startsWith('S'));
  const found = await Promise.all(groups.map(async (id) => [id, await members.peopleIn(id)] as const));
  const gone = found.filter(([, who]) => who === 'none').map(([id]) => id);
  if (gone.length > 0)
    return failure(
      `Slack knows no user group ${listInWords(gone)}: nobody can act by it.`,
      'Set the right id in OPERATORS or APPROVERS.',
    );
  const empty = found.filter(([, who]) => Array.isArray(who) && who.length === 0).map(([id]) => id);
  if (empty.length > 0)
    return failure(`Nobody is in the user group ${listInWords(empty)}.`, 'Add people to it in Slack.');
  if (found.some(([, who]) => who === 'unknown')) return skipped('Slack does not say who is in the groups.');
  const inGroups = new Map(found.map(([id, who]) => [id, Array.isArray(who) ? who : []]));
  const all = (ids: readonly string[]) => [...new Set(ids.flatMap((id) => inGroups.get(id) ?? [id]))];
  const asking = all(operators).filter((id) => canBeApproved(all(approvers), approvalsRequired, id));
  return asking.length > 0
    ? ok(
        `${counted(all(operators).length, 'operator')}, ${counted(all(approvers).length, 'approver')}, ${counted(approvalsRequired, 'approval')} needed.`,
      )
    : failure(
        `Nobody could be approved: ${counted(approvalsRequired, 'approval')} by others than who asks, and ${counted(all(approvers).length, 'approver')}. Restores are refused.`,
        'Add people to APPROVERS, or lower APPROVALS_REQUIRED.',
      );
}

async function lastGood(patient: Patient) {
  const { target, deps } = patient;
  const { entries } = await readOwnBackups(target, deps, readingOptions());
  const newest = newestFirst(entries).find(isComplete);
  if (newest === undefined) return failure(`There is no complete backup of ${target.name}.`, 'Type “now”.');
  patient.newest = newest;
  const age = deps.clock.now() - newest.createdAt;
  const is = `${newest.backupId} is ${durationInWords(age)} old`;
  if (target.maxAgeMs !== undefined && age > target.maxAgeMs)
    return failure(
      `${is}; the limit is ${durationInWords(target.maxAgeMs)}.`,
      'See “status” and the last failure in “history”.',
    );
  return entries.some((entry) => isComplete(entry) && entry.verifiedAt !== undefined)
    ? ok(`${is}.`)
    : warning(
        `${is}. No backup was ever checked by restoring it.`,
        'Practise a restore, as a test in isolation.',
      );
}

/** What a restore would call, for dry runs. */
function restorePlan(machine: MachineFacts, { imageId, source }: CatalogueEntry): MachinePlan {
  const { instanceId, subnetId, address } = machine;
  const launch =
    subnetId === undefined
      ? {}
      : {
          launch: {
            runId: NO_RUN,
            clientToken: NO_RUN,
            imageId,
            type: machine.type,
            subnetId,
            securityGroupIds: source.securityGroupIds,
            ...(source.keyName === undefined ? {} : { keyName: source.keyName }),
            ...(source.profileArn === undefined ? {} : { profileArn: source.profileArn }),
            tags: {},
            volumeTags: {},
          },
        };
  return {
    ...launch,
    stop: instanceId,
    ...(address === undefined ? {} : { move: { allocationId: address.allocationId, instanceId } }),
  };
}

async function logIn(patient: Patient) {
  const { target, deps, machine } = patient;
  if (target.ssh === undefined)
    return warning(
      'The bot has no key: it cannot restore step by step, clean up builds, or stop CircleCI.',
      'Set SSH_USER and SSH_PRIVATE_KEY_FILE.',
    );
  const host = target.ssh.address === 'public' ? machine?.publicIp : machine?.privateIp;
  if (machine === undefined || host === undefined)
    return failure(`The machine has no ${target.ssh.address} address.`, 'Set SSH_ADDRESS to the other one.');
  patient.login = await logInTo(machine, target, deps, LOGIN_LIMIT_MS);
  return ok(`${target.ssh.user} is let in at ${host}, whose host key is known.`);
}

/** One page of builds is proof enough. */
async function buildsApi(target: Target, deps: TargetDeps) {
  const api = deps.buildsApi(target);
  if (api === undefined) return skipped('It is not set: builds are cleaned up by their addresses.');
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, deps.timeLimit(API_LIMIT_MS)]);
  try {
    await api.unfinished({ signal, onPage: () => enough.abort() });
  } catch (error) {
    if (!enough.signal.aborted && error instanceof ProblemError) throw error;
    if (!enough.signal.aborted)
      return failure('CircleCI did not answer in time.', 'See whether it is up, and CIRCLECI_URL right.');
  }
  return ok('CircleCI’s API takes it.');
}
