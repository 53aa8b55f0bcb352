import { createServer } from 'node:http';
import type { SlackServerOptions } from '../../../sandbox/slack/model.ts';
import { createWorld, SANDBOX_TOKENS, type World } from '../../../sandbox/world.ts';
import { eventually } from '../../faults/eventually.ts';
import { SOON } from '../ec2/ec2.ts';

let world: World;
afterEach(() => world.close());

/** A port that was free a moment ago: PORT has to be known before the bot listens. */
function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const at = server.address();
      server.close(() => resolve(typeof at === 'object' && at !== null ? at.port : 0));
    });
  });
}

async function worldBy(mode: 'socket' | 'http'): Promise<World> {
  const { app, signingSecret } = SANDBOX_TOKENS;
  const port = await freePort();
  const requestUrl = `http://127.0.0.1:${port}/slack/events`;
  const http = {
    SLACK_APP_TOKEN: '',
    SLACK_SIGNING_SECRET: signingSecret,
    PORT: `${port}`,
    HOST: '127.0.0.1',
  };
  const delivery: SlackServerOptions['delivery'] =
    mode === 'http' ? { kind: 'http', requestUrl, signingSecret } : { kind: 'socket', appToken: app };
  return createWorld({ speed: 60, ec2: SOON, slack: { delivery }, env: mode === 'http' ? http : {} });
}

const log = () => world.log.slice(-30).join('\n');
const messages = () => world.slack.messages(world.channel.id);
const restart = async () => {
  await world.stopBot();
  await world.startBot();
};
/** What was asked before it was answered: the bot is through with what came before. */
const throughWithAll = async (asker = world.cleo) => {
  const before = world.slack.ephemerals(asker.id).length;
  await world.slack.command(asker.id, world.channel.id, 'help');
  await eventually('help is shown', () => world.slack.ephemerals(asker.id).length > before, log);
};

describe.each(['socket', 'http'] as const)('by %s, what comes again after a restart does nothing', (mode) => {
  beforeEach(async () => {
    world = await worldBy(mode);
    await world.startBot();
  });

  const images = () => world.ec2.calls.filter(({ action }) => action === 'CreateImage').length;
  const backUp = async () => {
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    await eventually(
      'it is complete',
      () => messages().some(({ text }) => text.includes('is complete')),
      log,
    );
  };

  it('a command: one `now` is one backup', async () => {
    await backUp();
    await restart();
    const [answers, told, made] = [world.slack.ephemerals(world.ana.id).length, messages().length, images()];
    await world.slack.again();
    await throughWithAll();
    expect(world.slack.ephemerals(world.ana.id)).toHaveLength(answers);
    expect(messages()).toHaveLength(told);
    expect(images()).toBe(made);
  });

  it('a click: what was answered once is not answered again', async () => {
    world.ec2.nextImage = { neverCompletes: true };
    await world.slack.command(world.ana.id, world.channel.id, 'now');
    const copying = () => messages().find(({ text }) => text.includes('copy the volumes'));
    await eventually('it runs', () => copying() !== undefined, log);
    const message = copying();
    if (message === undefined) throw new Error('no message');
    await world.slack.act(world.ben.id, { message }, 'circleci-backup:cancel');
    await eventually('Ben is answered', () => world.slack.ephemerals(world.ben.id).length === 1, log);
    await restart();
    await world.slack.again();
    await throughWithAll();
    expect(world.slack.ephemerals(world.ben.id)).toHaveLength(1);
  });
});

test('500 commands of a stranger are 30 answers, one refusal and one row with their number', async () => {
  world = await worldBy('socket');
  await world.startBot();
  const { slack, cleo, channel } = world;
  const before = slack.ephemerals(cleo.id).length;
  await Promise.all(Array.from({ length: 500 }, () => slack.command(cleo.id, channel.id, 'now')));
  const answers = () => slack.ephemerals(cleo.id).slice(before);
  await eventually('the refusals are shown', () => answers().length >= 31, log);
  expect(answers()).toHaveLength(31);
  const loud = answers().filter(({ blocks }) => JSON.stringify(blocks).includes('do not listen to you for'));
  expect(loud).toHaveLength(1);
  // A stop writes down what was counted so far.
  await throughWithAll(world.ben);
  await restart();
  await world.slack.command(world.ana.id, channel.id, 'history');
  await eventually('history is shown', () => slack.ephemerals(world.ana.id).length > 0, log);
  const shown = JSON.stringify(slack.ephemerals(world.ana.id).at(-1)?.blocks);
  expect(shown).toContain('(too many, 470 times)');
});
