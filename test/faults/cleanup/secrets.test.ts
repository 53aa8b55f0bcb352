import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CleanupJourney, cleanupJourney } from '../../journeys/cleanup/cleanup.ts';

const TOKEN = 'canary/circleci+token="4816"\\';

/** The forms in which a value could stand in bytes. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

let journey: CleanupJourney;
afterEach(() => journey.close());

/** Every file of the bot but the key it was given, byte by byte. */
function filesOfTheBot(): string {
  const files = readdirSync(journey.dataFolder, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && file.name !== 'services_key',
  );
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n');
}

it('a clean-up shows its secrets nowhere, even where CircleCI and the console say them back', async () => {
  journey = await cleanupJourney({
    env: { CIRCLECI_TOKEN: TOKEN, LOG_LEVEL: 'trace' },
    machines: {
      install: { apiToken: TOKEN },
      timing: { devConsole: 2_000, devConsoleForm: 10, noAnswer: 10_000 },
    },
    gateways: { consoleAnswerMs: 5_000 },
  });
  const { slack, ana, ben, machine } = journey;
  const { builds } = machine.disk;
  for (const build of builds) Object.assign(build, { branch: TOKEN, author: TOKEN, subject: TOKEN });
  const long = journey.clock.now() - 40 * 24 * 3_600_000;
  for (const build of builds.filter(({ lifecycle }) => lifecycle === 'running')) build.startedAt = long;
  machine.faults.devConsole.hangsAt.push('/1221');

  await journey.openForm(ana, `--before ${new Date(journey.clock.now()).toISOString().slice(0, 10)}`);
  const form = JSON.stringify(journey.form(ana).view);
  await slack.act(ana.id, { view: journey.form(ana) }, 'circleci-backup:stuck:all');
  await journey.until('all are chosen', () => JSON.stringify(journey.form(ana)).includes('initial_options'));
  await slack.submit(ana.id, journey.form(ana), {
    reason: { reason: { type: 'plain_text_input', value: `because of ${TOKEN}` } },
  });
  await journey.approve(ben);
  await journey.cleaned();
  expect(journey.running()).toEqual([1221]);
  machine.disk.apiToken = 'another one';
  await journey.say(ana, `cleanup ${journey.urls(1221)}`);

  const key = readFileSync(journey.env.SSH_PRIVATE_KEY_FILE ?? '', 'utf8');
  const secrets = [
    TOKEN,
    ...key.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----')),
  ];
  expect(secrets.length).toBeGreaterThan(2);
  const seen = {
    'what it sent to Slack': JSON.stringify(slack.calls.map((call) => [call.method, call.body])),
    'what stands in Slack': JSON.stringify([
      form,
      slack.messages(journey.channel.id),
      slack.ephemerals(ana.id),
      slack.ephemerals(ben.id),
    ]),
    'its log': journey.log.join(''),
    'its files': filesOfTheBot(),
  };
  for (const [where, text] of Object.entries(seen)) {
    const found = secrets.filter((secret) => formsOf(secret).some((one) => text.includes(one)));
    expect([where, found]).toEqual([where, []]);
  }
  expect(form).toContain('[redacted]');
  expect(seen['what stands in Slack']).toContain('because of [redacted]');
});
