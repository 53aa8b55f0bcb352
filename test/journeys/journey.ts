import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
// Loaded before a journey begins: the bot does so at its first use of EC2, which takes minutes on the journey's clock.
import '../../src/gateways/ec2/ec2.ts';
import { scaledClock } from '../../sandbox/scaled-clock.ts';
import type { Member, StoredMessage } from '../../sandbox/slack/model.ts';
import { renderChannel, renderEphemerals } from '../../sandbox/slack/render/render-text.ts';
import { createWorld, type World, type WorldOptions } from '../../sandbox/world.ts';
import { type Typed, typed } from '../cli/program.ts';
import { databaseUrl, rowsOf } from '../faults/database.ts';

/** No line breaks: where a line is broken depends on the length of durations, which differ between runs. */
const WIDE = { width: 4000 };
/** Wall time a condition may take; far above what it needs, for a machine that is busy. */
const PATIENCE_MS = 60_000;

/**
 * When every journey begins, in ms since epoch: a Tuesday, with days to the next weekly digest and weeks to a change of
 * the clocks, so that what people read does not depend on the day on which the test runs.
 */
export const BEGIN = Date.UTC(2026, 10, 10, 10, 12);

/** Whether the bot says that an answer takes a moment would depend on how busy the machine is. */
const NO_WAITING_MS = 60_000;

export interface Journey extends World {
  /** A person types `/circleci-backup <text>` in the channel of the backups. */
  say(person: Member, text: string): Promise<void>;
  /** Somebody types `circleci-backup <line>` into a shell of the bot’s machine, as this user of it. */
  type(line: string, osUser?: string): Promise<Typed>;
  /** Waits for a condition on what can be seen from outside; fails naming `what`. */
  until(what: string, condition: () => boolean): Promise<void>;
  /** Waits until the newest run's message has its last word and nothing is left to be said. */
  ended(runs?: number): Promise<void>;
  /** Top-level messages of runs in the channel, oldest first. */
  runMessages(): StoredMessage[];
  /** The id of the nth run seen in the channel, counting from 1. */
  runId(n?: number): string;
  /** What the people saw, with ids, times and durations made equal between two runs. */
  transcript(): string;
  /** Once nothing is left to be said, compares (a part of) it with `transcripts/<name>.txt`; UPDATE_TRANSCRIPTS=1 writes it (then read it aloud before committing). */
  expectTranscript(name: string, part?: (transcript: string) => string): Promise<void>;
  /** The same of what stands there now, where Slack does not take the rest. */
  expectShown(name: string, part?: (transcript: string) => string): void;
}

/** The bot in its world, on a clock fast enough that a backup of minutes takes a second or two. `prepare`: what is done to the world before. */
export async function startJourney(
  options: WorldOptions = {},
  prepare: (world: World) => void = () => {},
): Promise<Journey> {
  const world = await createWorld({
    clock: scaledClock(options.speed ?? 300, BEGIN),
    databaseUrl,
    ...options,
    gateways: { sayWaitingAfterMs: NO_WAITING_MS, ...options.gateways },
  });
  try {
    prepare(world);
    await world.startBot();
  } catch (error) {
    await world.close();
    throw error;
  }
  return journeyIn(world);
}

function journeyIn(world: World): Journey {
  const { slack, channel } = world;

  const runMessages = () =>
    slack
      .messages(channel.id)
      .filter((m) => m.threadTs === undefined && /\bbk-\d/.test(JSON.stringify(m.blocks) + m.text));

  async function until(what: string, condition: () => boolean): Promise<void> {
    const started = performance.now();
    while (!condition()) {
      if (performance.now() - started > PATIENCE_MS) {
        throw new Error(
          `Waited in vain until ${what}.\n${rawTranscript(world)}\n${world.log.slice(-15).join('')}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  const endNotes = () =>
    slack.messages(channel.id).filter((m) => m.threadTs !== undefined && /backup of|given up/.test(m.text))
      .length;

  function expectShown(name: string, part = (transcript: string) => transcript): void {
    const file = join(import.meta.dirname, 'transcripts', `${name}.txt`);
    const seen = part(normalized(rawTranscript(world, shell)));
    if (process.env.UPDATE_TRANSCRIPTS === '1') writeFileSync(file, seen);
    expect(
      existsSync(file) ? readFileSync(file, 'utf8') : `${file} is missing: run with UPDATE_TRANSCRIPTS=1`,
    ).toBe(seen);
  }

  const shell: string[] = [];

  return {
    ...world,
    until,
    runMessages,
    async type(line, osUser = 'ana') {
      const place = { cwd: world.dataFolder, env: { ...world.env, SUDO_USER: osUser } };
      const answer = await typed(line.split(' '), place);
      shell.push(shellTranscript(line, osUser, answer));
      return answer;
    },
    async say(person, text) {
      const answers = () => slack.ephemerals(person.id).length + slack.views(person.id).length;
      const before = answers();
      await slack.command(person.id, channel.id, text);
      await until(`“${text}” was answered`, () => answers() > before);
    },
    ended: (runs = 1) =>
      until(
        `${runs} run(s) ended`,
        () =>
          runMessages().filter((m) => hasLastWord(m)).length >= runs &&
          endNotes() >= runs &&
          isAllSaid(world.dataFolder),
      ),
    runId(n = 1) {
      const ids = [
        ...new Set(
          slack
            .messages(channel.id)
            .flatMap((m) => JSON.stringify(m).match(/bk-\d{8}-\d{4}-[a-z2-9]{4}/g) ?? []),
        ),
      ];
      const id = ids[n - 1];
      if (id === undefined) throw new Error(`there is no run number ${n} in the channel`);
      return id;
    },
    transcript: () => normalized(rawTranscript(world, shell)),
    async expectTranscript(name, part) {
      await until('all is said', () => isAllSaid(world.dataFolder));
      expectShown(name, part);
    },
    expectShown,
  };
}

/** A run's message may be edited for the last time before the notes of what followed it stand in its thread. */
function isAllSaid(folder: string): boolean {
  const sql =
    "SELECT id FROM messages WHERE sent_version < version AND state NOT IN ('dropped', 'withheld') LIMIT 1";
  return rowsOf(folder, 'store', sql).length === 0;
}

/** The last word has no Cancel button, is no longer in progress, and what follows it is over. */
export function hasLastWord(message: StoredMessage): boolean {
  // Steps that were not run are pending to Slack as well, and say so.
  const follows = /being measured|"title":"[^"]*(?<!\(not run\))","status":"(?:pending|in_progress)"/;
  return (
    /is complete|is PARTIAL|FAILED|was canceled/.test(message.text) &&
    !follows.test(message.text + JSON.stringify(message.blocks))
  );
}

/** What a message's first line said, one after another, without the percents. */
export function headlines(message: StoredMessage): string[] {
  const said = [...message.edits, message].map((m) => (m.text.split('\n')[0] ?? '').replace(/, \d+ %/, ''));
  return said.filter((line, i) => line !== said[i - 1]);
}

/** What is told of a run’s way depends on when it was looked at: of its steps only those that ended are kept. */
function shellTranscript(line: string, osUser: string, { code, out, err }: Typed): string {
  const beside = err
    .split('\n')
    .filter((text) => text !== '' && !/^(?:… |\d+ %$|✓ Measure)/u.test(text))
    .map((text) => `! ${text}`);
  return [`${osUser}$ circleci-backup ${line}`, ...beside, out.trimEnd(), `exit ${code}`]
    .filter(Boolean)
    .join('\n');
}

function rawTranscript(world: World, shell: readonly string[] = []): string {
  const { slack, channel, ana, ben, cleo } = world;
  const parts = [`#${channel.name}`, '', renderChannel(slack, channel.id, WIDE)];
  for (const person of [ana, ben, cleo]) {
    const seen = renderEphemerals(slack, person.id, WIDE);
    if (seen !== '') parts.push('', `Only ${person.realName} saw`, '', seen);
    const direct = slack.messages(directChannel(slack, person.id));
    if (direct.length > 0)
      parts.push(
        '',
        `Direct messages to ${person.realName}`,
        '',
        renderChannel(slack, directChannel(slack, person.id), WIDE),
      );
  }
  if (shell.length > 0) parts.push('', 'On the command line, ! is standard error', '', shell.join('\n\n'));
  return `${parts.join('\n').trimEnd()}\n`;
}

function directChannel(slack: World['slack'], userId: string): string {
  return slack.workspace.channels.find((c) => c.id.startsWith('D') && c.members.includes(userId))?.id ?? '';
}

/** Two runs of one journey differ in ids, times and how long things took, and in nothing else. */
function normalized(text: string): string {
  const runs: string[] = [];
  return (
    text
      .replace(/(bk|rs|cl|pr|rl|rm|ds)-\d{8}-\d{4}-[a-z2-9]{4}/g, (id, kind: string) => {
        if (!runs.includes(id)) runs.push(id);
        return `${kind}-RUN-${runs.filter((run) => run.startsWith(kind)).indexOf(id) + 1}`;
      })
      .replace(/\bsnapshot [0-9a-f]{8}\b/g, 'snapshot ID')
      .replace(/SHA256:[A-Za-z0-9+/]{43}/g, 'SHA256:KEY')
      .replace(/\/p\d{16}/g, '/pTIME')
      .replace(/\d{4}-\d{2}-\d{2}\s+(?:~\s+)?\d{2}:\d{2}\s+(?:~\s+)?UTC/g, 'TIME')
      .replace(/\bcircleci-backup \d+\.\d+\.\d+/g, 'circleci-backup VERSION')
      .replace(/\b\d+ (?:d|h|min|s)\b(?:\s+\d+ (?:h|min|s)\b)?/g, 'DURATION')
      // Told from a minute on.
      .replaceAll(', dumped over DURATION', '')
      .replace(/(Size added +)(?:being measured|[\d.]+ GiB)/g, '$1SIZE')
      .replace(/\b\d+ %/g, 'N %')
      .replace(/(\S) {3,}/g, '$1   ')
  );
}
