import type { Plan, PlanSection } from '../../core/approval/approval.ts';
import { newestFirst } from '../../core/catalogue/tags.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { Person } from '../../core/model/person.ts';
import { hasPolicy, type Target } from '../../core/model/target.ts';
import { durationInWords } from '../../core/text/words.ts';
import { BACKUP } from '../../runs/backup.ts';
import { inputOf, viewOf } from '../../runs/request-backup.ts';
import { readingOptions } from '../base/call-options.ts';
import type { CommandDeps } from '../base/verb.ts';

/** A backup for which CircleCI is away for a while, so that a second person has to approve it. */
export type AwayMode = 'quiesced' | 'reboot';

export interface AwayBackup {
  target: Target;
  person: Person;
  mode: AwayMode;
  note: string;
}

/** What would be stopped, for about how long, against what that protects, and what may go wrong. */
export async function planOfAway(
  { target, person, mode, note }: AwayBackup,
  deps: CommandDeps,
): Promise<Plan> {
  const { name, circleciUrl: url } = target;
  const ssh = target.ssh !== undefined;
  const app = { ssh, ...(url === undefined ? {} : { url }) };
  const asked = { target, requester: person, alert: [person.userId], note, mode, app };
  const input = await inputOf(asked, deps);
  const ec2 = deps.ec2(target.region);
  const machines = await ec2.findInstances(target.instance, readingOptions());
  const before = newestFirst(await ec2.catalogue(readingOptions())).find(
    (entry) => entry.target === name && entry.mode === mode && entry.downtimeSeconds !== undefined,
  );
  const about = before?.downtimeSeconds;
  const last =
    about === undefined
      ? undefined
      : `The last one took ${durationInWords(about * 1000)} (${before?.backupId}).`;
  return {
    action: 'backup',
    target: name,
    subject: mode,
    summary:
      mode === 'quiesced'
        ? `Back up ${name} with CircleCI stopped`
        : `Back up ${name} with a reboot of its machine`,
    sections: [
      machineSection(machines.filter(({ state }) => state === 'running')),
      ...(mode === 'quiesced' ? quiescedSections(last) : rebootSections(last, app)),
    ],
    start: { workflow: BACKUP, input, view: viewOf(input, hasPolicy(target)) },
  };
}

function machineSection(running: readonly InstanceFacts[]): PlanSection {
  const [machine] = running;
  if (running.length !== 1 || machine === undefined) {
    const count = running.length === 0 ? 'no machine of it' : `${running.length} machines of it`;
    return {
      title: 'The machine',
      tone: 'unsure',
      lines: [
        `EC2 shows ${count} that runs. As long as that is so, the run ends before it touches anything.`,
      ],
    };
  }
  const { instanceId, name, type, privateIp } = machine;
  return { title: 'The machine', lines: [[instanceId, name, type, privateIp].filter(Boolean).join(', ')] };
}

function quiescedSections(last: string | undefined): PlanSection[] {
  return [
    {
      title: 'What happens',
      lines: [
        'CircleCI’s application is stopped: nobody can use it, and builds that run are broken off',
        'Nomad is waited for until it runs nothing (10 minutes at most), and everything is written to disk',
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
  { ssh, url }: { ssh: boolean; url?: string },
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
