import { join } from 'node:path';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { askBot } from '../../../src/cli/client.ts';
import { PROTOCOL, SOCKET } from '../../../src/cli/protocol.ts';
import type { DoctorLine } from '../../../src/core/doctor/line.ts';
import { eventually } from '../../faults/eventually.ts';
import { olderBackups } from '../../older-backup.ts';
import { type Journey, startJourney } from '../journey.ts';

let journey: Journey;
afterEach(() => journey.close());

/** A bot that lacks nothing: routine backups, a checked one of yesterday, files that are there. */
async function healthy(options: WorldOptions = {}): Promise<void> {
  journey = await startJourney({
    speed: 50,
    ...options,
    env: {
      BACKUP_SCHEDULE: '0 3 * * *',
      BACKUP_MAX_AGE: '26h',
      FILES_PATHS: '/data/circle',
      ...options.env,
    },
  });
}

function machine() {
  const [found] = journey.ec2.instances.values();
  if (found === undefined) throw new Error('the sandbox has no machine');
  return found;
}

const faults = () => journey.machines.faultsOf(machine().instanceId);

/** What the bot has read of EC2 a moment ago it does not read again: it has the backup once its list shows it. */
async function haveBackup(daysAgo = 0.5): Promise<void> {
  const verified = { 'circleci-backup:verified-at': new Date(journey.clock.now()).toISOString() };
  olderBackups(journey.ec2, machine(), journey.clock.now())(daysAgo, {}, verified);
  await eventually('the list shows the backup', async () => (await ask('list')).entries.length > 0);
}

async function ask(
  ...args: string[]
): Promise<{ exit: number | undefined; lines: DoctorLine[]; entries: unknown[] }> {
  let out = '';
  const order = {
    protocol: PROTOCOL,
    version: '0.1.0',
    args: [...args, '--json'],
    osUser: 'ana',
    color: false,
  };
  const exit = await askBot(join(journey.dataFolder, SOCKET), order, {
    out(text) {
      out += text;
    },
    err: () => {},
  });
  return { exit, lines: [], entries: [], ...JSON.parse(out).reply };
}

const failing = (lines: readonly DoctorLine[]) =>
  lines.filter(({ mark }) => mark === 'failure').map(({ look }) => look);

interface Break {
  look: string;
  /** What it says. */
  says: string;
  options?: WorldOptions;
  breaks?: () => void;
  /** The bot has made the backup itself, and knows the machine by it. */
  isLearned?: true;
}

const SSH_ALIEN = `SHA256:${'A'.repeat(43)}`;

const BREAKS: Break[] = [
  {
    look: 'slack',
    says: 'Slack refuses SLACK_BOT_TOKEN (account_inactive).',
    breaks: () =>
      journey.slack.faults.push({ method: 'auth.test', kind: 'error', error: 'account_inactive' }),
  },
  {
    look: 'scopes',
    says: 'It lacks files:write.',
    breaks: () => {
      journey.slack.workspace.scopes = journey.slack.workspace.scopes.filter((one) => one !== 'files:write');
    },
  },
  {
    look: 'ping',
    says: 'takes no connection',
    options: { env: { PING_URL: 'http://127.0.0.1:1/uuid-of-the-check' } },
  },
  {
    look: 'channel',
    says: 'The bot is not in C0CIBACKUPS',
    breaks: () => {
      journey.channel.members = [journey.ana.id];
    },
  },
  {
    look: 'people',
    says: 'Nobody is in the user group S0CIAPPROVE.',
    breaks: () => {
      for (const group of journey.slack.workspace.userGroups)
        if (group.id === 'S0CIAPPROVE') group.users = [];
    },
  },
  { look: 'people', says: 'Slack knows no user group S0NOSUCH', options: { env: { APPROVERS: 'S0NOSUCH' } } },
  {
    look: 'people',
    says: 'Nobody could be approved: 3 approvals',
    options: { env: { APPROVALS_REQUIRED: '3' } },
  },
  {
    look: 'aws',
    says: 'refused the bot’s credentials',
    breaks: () => {
      journey.ec2.credentials = 'expired';
    },
  },
  {
    look: 'machine',
    says: 'No instance',
    isLearned: true,
    breaks: () => {
      machine().tags.Name = 'another';
    },
  },
  {
    look: 'backup-permissions',
    says: 'lacks ec2:CreateImage',
    breaks: () => {
      journey.ec2.denied.add('ec2:CreateImage');
    },
  },
  {
    look: 'restore-permissions',
    says: 'lacks ec2:RunInstances',
    breaks: () => {
      journey.ec2.denied.add('ec2:RunInstances');
    },
  },
  {
    look: 'restore-permissions',
    says: 'lacks ec2:StopInstances',
    breaks: () => {
      journey.ec2.denied.add('ec2:StopInstances');
    },
  },
  {
    look: 'place',
    says: 'does not offer m5.2xlarge any more',
    breaks: () => {
      journey.ec2.notOffered.add('m5.2xlarge');
    },
  },
  {
    look: 'ssh',
    says: 'does not answer SSH at 10.20.1.12',
    breaks: () => {
      faults().ssh = 'refused';
    },
  },
  { look: 'ssh', says: 'host key', options: { env: { SSH_HOST_KEY: SSH_ALIEN } } },
  {
    look: 'sudo',
    says: 'sudo asks for a password',
    breaks: () => {
      faults().sudo = 'password';
    },
  },
  {
    look: 'replicated-files',
    says: '/etc/default/replicated',
    breaks: () => {
      faults().unreadable.add('/etc/default/replicated');
    },
  },
  {
    look: 'replicatedctl',
    says: 'replicatedctl',
    breaks: () => {
      faults().replicatedctl = 'absent';
    },
  },
  { look: 'files', says: '/no/such (missing)', options: { env: { FILES_PATHS: '/no/such' } } },
  {
    look: 'builds-api',
    says: 'token',
    options: { env: { CIRCLECI_TOKEN: 'another-token-that-is-not-its-own' } },
  },
];

it.each(BREAKS)('$look fails alone: $says', async ({ look, says, options, breaks, isLearned }) => {
  await healthy(options);
  if (isLearned) await journey.type('now --wait');
  else await haveBackup();
  breaks?.();
  const { exit, lines } = await ask('doctor');
  expect(failing(lines)).toEqual([look]);
  expect(exit).toBe(1);
  const line = lines.find((one) => one.look === look);
  expect(`${line?.text} ${line?.next}`).toContain(says);
});

it('without a complete backup that is the failure, and nothing is said of its restore', async () => {
  await healthy();
  const { lines } = await ask('doctor');
  expect(failing(lines)).toEqual(['backup']);
  expect(lines.find(({ look }) => look === 'restore-permissions')).toMatchObject({
    mark: 'skipped',
    text: 'Not looked at: it needs “The last good backup”.',
  });
});

it('a backup that is older than the limit is a failure', async () => {
  await healthy();
  await haveBackup(2);
  const { lines } = await ask('doctor');
  expect(failing(lines)).toEqual(['backup']);
  expect(lines.find(({ look }) => look === 'backup')?.text).toContain('the limit is 1 d 2 h');
});

it('a bot that lacks nothing ends with 0', async () => {
  await healthy();
  await haveBackup();
  const { exit, lines } = await ask('doctor');
  expect([exit, failing(lines)]).toEqual([0, []]);
  expect(lines.filter(({ mark }) => mark !== 'ok').map(({ look, mark }) => [look, mark])).toEqual([
    ['ping', 'warning'],
  ]);
});

it('what fails stands in status until a later look finds it mended', async () => {
  await healthy();
  await haveBackup();
  faults().sudo = 'password';
  await ask('doctor');
  const status = await journey.type('status');
  expect(status.out).toContain('prod, sudo on the machine: The machine’s sudo asks for a password');
  await journey.say(journey.ana, 'status');
  delete faults().sudo;
  await journey.say(journey.ana, 'doctor');
  expect((await journey.type('status')).out).not.toContain('sudo');
  await journey.expectTranscript('doctor/mended', (all) =>
    all.replace(/[\d.]+ [GT]iB are free/, 'ROOM is free'),
  );
});

it('looks once after the start, and tells of what fails in the log and in status', async () => {
  await healthy({ gateways: { doctorAfterMs: 60_000 }, env: { SSH_HOST_KEY: SSH_ALIEN } });
  await journey.until('the doctor has looked', () =>
    journey.log.some((line) => line.includes('"look":"ssh"')),
  );
  expect((await journey.type('status')).out).toContain('prod, SSH to the machine:');
});

it('with no bot it looks all the same, and says that none runs', async () => {
  await healthy();
  await haveBackup();
  await journey.stopBot();
  // No network leads from a program of its own to the simulated machines.
  const { out, code } = await journey.type('doctor');
  expect(code).toBe(1);
  expect(out).toContain('They do not arrive: no bot is running.');
  expect(out).toMatch(/Slack +ok/);
  expect(out).toMatch(/Permissions for backups +ok/);
});
