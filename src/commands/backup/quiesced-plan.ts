import type { Plan, PlanSection } from '../../core/approval/approval.ts';
import { machineLines, type PlannedMachine, plannedMachine } from '../../core/approval/planned-machine.ts';
import { newestFirst } from '../../core/catalogue/entry.ts';
import { actorLines, actsByItself } from '../../core/catalogue/machine-actors.ts';
import type { Person } from '../../core/model/person.ts';
import { hasPolicy, type Target } from '../../core/model/target.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { RunView } from '../../core/run/run-view.ts';
import { durationInWords, listInWords } from '../../core/text/words.ts';
import { BACKUP, type BackupInput } from '../../runs/backup.ts';
import { provenMachine } from '../../runs/find-machine.ts';
import { judgeBackups } from '../../runs/own-backups.ts';
import { inputOf, viewOf } from '../../runs/request-backup.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Needs } from '../base/verb.ts';

/** A backup for which CircleCI is away for a while, so that a second person has to approve it. */
export type AwayMode = 'quiesced' | 'reboot';

export interface AwayBackup {
  target: Target;
  person: Person;
  mode: AwayMode;
  note: string;
}

/** What would be stopped, for about how long, against what that protects, and what may go wrong. Rejects with `instance-…`, and where the bot could not log in. */
export async function planOfAway(
  { target, person, mode, note }: AwayBackup,
  deps: Needs<'clock' | 'ec2' | 'random' | 'store'>,
): Promise<Plan> {
  const { circleciUrl: url } = target;
  const ssh = target.ssh !== undefined;
  const app = { ssh, ...(url === undefined ? {} : { url }) };
  const asked = { target, requester: person, alert: [person.userId], note, mode, app };
  const ec2 = deps.ec2(target.region);
  const about = { target: target.name, instance: target.instance, region: target.region };
  const machine = plannedMachine(await provenMachine(deps, about, readingOptions()));
  if (target.ssh?.address === 'public' && machine.publicIp === undefined) {
    const { instanceId } = machine;
    throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: 'public' });
  }
  const input = { ...(await inputOf(asked, deps)), machine };
  const own = await judgeBackups(
    target,
    await ec2.catalogue(readingOptions()),
    { ec2, store: deps.store },
    readingOptions(),
  );
  const before = newestFirst(own.entries).find(
    (entry) => entry.doubts.length === 0 && entry.mode === mode && entry.downtimeSeconds !== undefined,
  );
  return awayPlan(input, before?.downtimeSeconds, viewOf(input, hasPolicy(target)));
}

/** `lastSeconds`: for how long CircleCI was away the last time. */
export function awayPlan(
  input: BackupInput & { machine: PlannedMachine },
  lastSeconds: number | undefined,
  view: RunView,
): Plan {
  const { target, mode, machine, app = { ssh: false } } = input;
  const last =
    lastSeconds === undefined ? undefined : `The last one took ${durationInWords(lastSeconds * 1000)}.`;
  return {
    action: 'backup',
    target,
    summary:
      mode === 'quiesced'
        ? `Back up ${target} with CircleCI stopped`
        : `Back up ${target} with a reboot of its machine`,
    sections: [
      { title: 'The machine', lines: machineLines(machine) },
      whoElseActs(machine, mode),
      ...(mode === 'quiesced' ? quiescedSections(last, input.datastores) : rebootSections(last, app)),
    ].filter(({ lines }) => lines.length > 0),
    start: { workflow: BACKUP, input, view },
  };
}

/** Services that replace a machine which is restarted, or whose web address does not answer for a while. */
function whoElseActs({ instanceId, actors = [] }: PlannedMachine, mode: BackupInput['mode']): PlanSection {
  const what = mode === 'reboot' ? 'restarts' : 'takes CircleCI away from';
  return {
    title: `Who else acts on the machine, which this ${what}`,
    tone: 'danger',
    lines: actorLines(actors.filter(actsByItself), instanceId),
  };
}

function quiescedSections(last: string | undefined, datastores: readonly string[] = []): PlanSection[] {
  const dumps =
    datastores.length === 0
      ? []
      : [
          `The external datastores are dumped meanwhile (${listInWords(datastores)}): CircleCI is away for as long as that takes`,
        ];
  return [
    {
      title: 'What happens',
      lines: [
        'CircleCI’s application is stopped: nobody can use it, and builds that run are broken off',
        'Nomad is waited for until it runs nothing (10 minutes at most), and everything is written to disk',
        ...dumps,
        'The image is created; as soon as its snapshots have begun, the application is started again',
        'Whatever goes wrong on the way, the application is started again, and that is checked and said',
      ],
    },
    {
      title: 'For how long',
      lines: [last ?? 'Mostly 3 to 15 minutes: as long as the application takes to stop and to start.'],
    },
    {
      title: 'What it protects against',
      lines: [
        'In a live backup, databases and files may be caught half-written; here nothing writes while it is taken.',
        ...(dumps.length === 0
          ? []
          : ['The datastores are all of one instant with the image: nothing of CircleCI writes into them.']),
      ],
    },
    {
      title: 'What may go wrong',
      tone: 'danger',
      lines: [
        'If the application does not start again, CircleCI is down until somebody starts it; the channel is told at once.',
      ],
    },
  ];
}

function rebootSections(
  last: string | undefined,
  { ssh, url }: { ssh: boolean; url?: string | undefined },
): PlanSection[] {
  const checks = [
    'EC2’s status checks',
    ...(ssh ? ['the state of the application'] : []),
    ...(url === undefined ? [] : ['whether the web address answers']),
  ];
  return [
    {
      title: 'What happens',
      lines: [
        'EC2 shuts the machine down, starts the snapshots, and starts it again: CircleCI is away, and builds are broken off',
        `Afterwards it is checked: ${checks.join(', ')}`,
      ],
    },
    {
      title: 'For how long',
      lines: [last ?? 'Mostly 5 to 15 minutes: the machine and CircleCI start anew.'],
    },
    {
      title: 'What it protects against',
      lines: ['In a live backup, files may be caught half-written; here the file systems are in order.'],
    },
    {
      title: 'What may go wrong',
      tone: 'danger',
      lines: [
        'If the machine or CircleCI does not come up again, somebody has to look at it; the channel is told at once.',
        ...(ssh
          ? []
          : [
              'The application is not stopped first, and its databases have little time to end what they do.',
            ]),
      ],
    },
    ...(ssh && url !== undefined ? [] : [uncertain(ssh, url)]),
  ];
}

function uncertain(ssh: boolean, url: string | undefined): PlanSection {
  return {
    title: 'What is not certain',
    tone: 'unsure',
    lines: [
      ...(ssh
        ? []
        : [
            'The bot cannot log in (SSH_PRIVATE_KEY_FILE is not set), so it does not see the application itself.',
          ]),
      ...(url === undefined ? ['CIRCLECI_URL is not set, so it does not ask whether CircleCI answers.'] : []),
    ],
  };
}
