import { playCleanup } from './demo-cleanup.ts';
import { playRestore } from './demo-restore.ts';
import type { Member, StoredMessage } from './slack/model.ts';
import { renderEphemeral, renderMessage } from './slack/render/render-text.ts';
import { createWorld, type World } from './world.ts';

/** A backup of six minutes takes about three seconds. */
const SPEED = 120;
/** Far above what a scene takes; a tour that hangs must fail, not wait. */
const SCENE_LIMIT_MS = 60_000;

interface Tour {
  world: World;
  print(text?: string): void;
  /** A person types a command; what only they see is printed. */
  type(person: Member, text: string): Promise<void>;
  /** Prints the run's message whenever its first line changes, and in full with its thread at the end. */
  follow(): Promise<void>;
  /** Waits until the newest run's message says this. */
  reaches(text: string): Promise<void>;
}

const SCENES: readonly { title: string; play(tour: Tour): Promise<void> }[] = [
  {
    title: 'Ana backs up before an upgrade. Ben and Cleo try the same.',
    async play({ world, type, reaches, follow }) {
      await type(world.ana, 'now before the upgrade to 2.19');
      await reaches('copy the volumes');
      await type(world.ben, 'now');
      await type(world.cleo, 'now');
      await type(world.cleo, 'stauts');
      await follow();
    },
  },
  {
    title: 'EC2 makes the image, but its answer is lost. There must be one image, not two.',
    async play({ world, print, type, follow }) {
      world.ec2.faults.push({ action: 'CreateImage', kind: 'cut', applied: true, realCallsOnly: true });
      await type(world.ben, 'now');
      await follow();
      print(`  (EC2 holds ${world.ec2.images.size} images for the 2 backups so far.)`);
    },
  },
  {
    title: 'An image fails. The channel hears of it, with the reason and what to do.',
    async play({ world, type, follow }) {
      world.ec2.nextImage = { fail: 'Client.InternalError: a volume could not be read', failAfter: 120_000 };
      await type(world.ana, 'now');
      await follow();
    },
  },
  {
    title: 'Somebody changes their mind half-way.',
    async play({ world, type, reaches, follow }) {
      await type(world.ana, 'now');
      await reaches('copy the volumes');
      await type(world.ben, `cancel ${newestRun(world)}`);
      await follow();
    },
  },
  {
    title: 'The next morning: is there a backup one could restore?',
    async play({ world, type }) {
      await type(world.ben, 'status');
      await type(world.ben, 'list');
      await type(world.ben, 'history');
    },
  },
];

/** Hours of routine in seconds: a backup an hour. */
const NIGHT_SPEED = 1_500;

/** A night without people: backups by themselves, a failure, the alarm, the recovery, and what retention does. */
async function playNight(print: (text?: string) => void): Promise<void> {
  const world = await createWorld({
    speed: NIGHT_SPEED,
    ec2: { snapshotSeconds: { min: 60, max: 120 } },
    env: { BACKUP_SCHEDULE: '0 * * * *', BACKUP_MAX_AGE: '90m', KEEP_LAST: '2' },
  });
  const { slack, channel, ec2 } = world;
  const said = () => slack.messages(channel.id).map((m) => m.text);
  const reaches = async (what: string, condition: () => boolean) => {
    const started = performance.now();
    while (!condition()) {
      if (performance.now() - started > SCENE_LIMIT_MS) throw new Error(`The tour waited in vain: ${what}.`);
      await world.clock.sleep(5_000);
    }
  };
  const complete = () => said().filter((text) => /is complete/.test(text)).length;
  try {
    await world.startBot();
    await reaches('two routine backups', () => complete() >= 2);
    print('  (At some hour of the night somebody takes ec2:CreateImage away from the bot.)');
    ec2.denied.add('ec2:CreateImage');
    await reaches('the alarm', () => said().some((text) => text.includes('overdue since')));
    print('  (And gives it back.)\n');
    ec2.denied.delete('ec2:CreateImage');
    await reaches('the end of the alarm', () => said().some((text) => text.includes('It is over')));
    for (const message of slack.messages(channel.id)) {
      if (message.threadTs !== undefined) continue;
      const isRun = message.text.startsWith('Backup of');
      print(
        isRun
          ? `    #${channel.name} │ ${firstLine(message)}`
          : indented(renderMessage(message, slack.workspace, { width: 88 }), `    #${channel.name} │ `),
      );
      for (const reply of slack.messages(channel.id).filter((m) => m.threadTs === message.ts)) {
        print(indented(renderMessage(reply, slack.workspace, { width: 84 }), '      │ '));
      }
    }
    await slack.command(world.ben.id, channel.id, 'schedule');
    await reaches('an answer to “schedule”', () => slack.ephemerals(world.ben.id).length > 0);
    print('\n  Ben Okoro types  /circleci-backup schedule');
    for (const answer of slack.ephemerals(world.ben.id)) {
      print(indented(renderEphemeral(answer, slack.workspace, { width: 92 }), '    '));
    }
  } finally {
    await world.close();
  }
}

/** Plays the tour in the terminal and prints what the people see; exit code 0 when every scene came to its end. */
async function main(): Promise<void> {
  const print = (text = '') => void process.stdout.write(`${text}\n`);
  const world = await createWorld({ speed: SPEED });
  try {
    print(
      `circleci-backup: a tour. Slack and EC2 are simulated at the wire, the bot is the real one; time runs ${SPEED} times as fast.`,
    );
    await world.startBot();
    for (const [i, scene] of SCENES.entries()) {
      print(`\n━━━ ${i + 1}. ${scene.title}\n`);
      await scene.play(createTour(world, print));
    }
    await world.close();
    print(`\n━━━ ${SCENES.length + 1}. The machine is lost. Two people bring it back.\n`);
    await playRestore(print, SPEED, async (restored) => {
      print(
        `\n━━━ ${SCENES.length + 2}. Builds that were half done in the backup show as running for ever.\n`,
      );
      await playCleanup(restored, print);
    });
    print(
      `\n━━━ ${SCENES.length + 3}. A night of routine: a backup an hour; time runs ${NIGHT_SPEED} times as fast.\n`,
    );
    await playNight(print);
    print('\nThat was the tour. To try it yourself: npm run sandbox');
  } finally {
    await world.close();
  }
}

function createTour(world: World, print: (text?: string) => void): Tour {
  const { slack, channel } = world;
  const known = new Set(slack.messages(channel.id).map((m) => m.ts));
  const parent = () => slack.messages(channel.id).find((m) => !known.has(m.ts) && m.threadTs === undefined);
  const replies = (ts: string) => slack.messages(channel.id).filter((m) => m.threadTs === ts);

  const until = async (what: string, condition: () => boolean, look: () => void = () => {}) => {
    const started = performance.now();
    for (;;) {
      look();
      if (condition()) return;
      if (performance.now() - started > SCENE_LIMIT_MS) throw new Error(`The tour waited in vain: ${what}.`);
      await world.clock.sleep(1_000);
    }
  };

  return {
    world,
    print,
    async type(person, text) {
      print(`  ${person.realName} types  /circleci-backup ${text}`);
      const before = slack.ephemerals(person.id).length;
      await slack.command(person.id, channel.id, text);
      await until(`an answer to “${text}”`, () => slack.ephemerals(person.id).length > before);
      for (const answer of slack.ephemerals(person.id).slice(before)) {
        print(indented(renderEphemeral(answer, slack.workspace, { width: 92 }), '    '));
      }
      print();
    },
    reaches: (text) => until(`the message says “${text}”`, () => firstLine(parent()).includes(text)),
    async follow() {
      let shown = '';
      await until(
        'the run ends',
        () => {
          const message = parent();
          return (
            message !== undefined &&
            isLastWord(message) &&
            replies(message.ts).some((r) => /backup of/.test(r.text))
          );
        },
        () => {
          const line = firstLine(parent());
          if (line === shown || line === '') return;
          shown = line;
          print(`    #${channel.name} │ ${line}`);
        },
      );
      const message = parent();
      if (message === undefined) return;
      print(`\n  #${channel.name}`);
      print(indented(renderMessage(message, slack.workspace, { width: 92 }), '    '));
      for (const reply of replies(message.ts)) {
        print(indented(renderMessage(reply, slack.workspace, { width: 88 }), '      │ '));
      }
    },
  };
}

function firstLine(message: StoredMessage | undefined): string {
  return (message?.text.split('\n')[0] ?? '').replace(/ \(bk-[^)]*\)$/, '');
}

function isLastWord(message: StoredMessage): boolean {
  return /is complete|is PARTIAL|FAILED|was canceled/.test(message.text);
}

function newestRun(world: World): string {
  const texts = world.slack.messages(world.channel.id).map((m) => m.text);
  return (
    texts
      .join(' ')
      .match(/bk-\d{8}-\d{4}-\w{4}/g)
      ?.at(-1) ?? ''
  );
}

function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n');
}

await main();
