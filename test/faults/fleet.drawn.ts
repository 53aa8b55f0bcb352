import { createWorld, type World } from '../../sandbox/world.ts';
import { botIn } from './bot-in.ts';
import { checksOfTheEnd, faultsIn } from './checks.ts';
import { countOf } from './drawn.ts';
import { eventually } from './eventually.ts';
import { leftBehind } from './left-behind.ts';
import { hasButton, isComplete, runMessages } from './told.ts';

const SPEED = 300;
/** Fifty at once keep both cores busy. */
const FLEET_MS = 150_000;

/** Asks for a backup of each target at once, waits for their ends, and tells what is wrong. */
async function backUp(world: World, targets: readonly string[]): Promise<string[]> {
  const bot = await botIn(world, SPEED);
  const complete = () => runMessages(world).filter(isComplete);
  try {
    await Promise.all(
      targets.map((target) => world.slack.command(world.ana.id, world.channel.id, `now ${target}`)),
    );
    await eventually(
      'all are complete',
      () => complete().length >= targets.length,
      () =>
        `${runMessages(world)
          .map((m) => m.text)
          .join('\n')}\n${bot.stdout()}${bot.stderr()}`,
      FLEET_MS,
    );
    const notes = () =>
      world.slack.messages(world.channel.id).filter((m) => / is complete after /.test(m.text));
    await eventually('all ends are told', () => notes().length >= targets.length);
  } finally {
    await bot.stop();
  }
  const left = await leftBehind(world.dataFolder);
  const results = left.audit.filter((row) => row.kind === 'result');
  const named = [...world.ec2.images.values()].map((image) => image.tags['circleci-backup:target']);
  const sources = new Set([...world.ec2.images.values()].map((image) => image.sourceInstanceId));
  return faultsIn([
    [named.sort().join() === [...targets].sort().join(), `images of ${named.join()}`],
    [sources.size === targets.length, `images of ${sources.size} machines`],
    [complete().length === targets.length, `${complete().length} results`],
    [!runMessages(world).some(hasButton), 'a button is left'],
    [results.length === targets.length, `${results.length} results`],
    ...checksOfTheEnd(left),
  ]);
}

const count = countOf(12, 50);

it(`${count} targets are backed up at once`, async () => {
  const targets = Array.from({ length: count }, (_, i) => `ci-${String(i + 1).padStart(3, '0')}`);
  const world = await createWorld({ speed: SPEED, fleet: targets });
  // To list the blocks of that many volumes is work for the sandbox more than for the bot.
  world.ec2.denied.add('ebs:ListSnapshotBlocks');
  try {
    expect(await backUp(world, targets)).toEqual([]);
  } finally {
    await world.close();
  }
});
