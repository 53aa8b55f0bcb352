import fc from 'fast-check';
import type { SlackFault, StoredMessage } from '../../../sandbox/slack/model.ts';
import { isWhole } from '../../journeys/slack/slack.ts';
import { backups, closeAll } from '../../sandbox/slack/harness.ts';
import { type OutboxWorld, outboxWorld } from './outbox-world.ts';

const SECOND = 1_000;
const TROUBLE_MS = 10 * 60 * SECOND;
/** SEED=… repeats a run; a failure prints its own as well. */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const method = fc.constantFrom('chat.postMessage', 'chat.update', 'auth.test', '*');
const times = fc.integer({ min: 1, max: 4 });
const fault: fc.Arbitrary<SlackFault> = fc.oneof(
  fc.record({ method, times, kind: fc.constant('cut' as const), applied: fc.boolean() }),
  fc.record({ method, times, kind: fc.constant('http' as const), status: fc.constantFrom(500, 502, 503) }),
  fc.record({
    method,
    times,
    kind: fc.constant('rate_limited' as const),
    retryAfterSeconds: fc.integer({ min: 1, max: 120 }),
  }),
  fc.record({
    method,
    times,
    kind: fc.constant('error' as const),
    error: fc.constantFrom(
      'fatal_error',
      'service_unavailable',
      'channel_not_found',
      'not_in_channel',
      'invalid_blocks',
      'msg_too_long',
      'invalid_auth',
    ),
  }),
);
const moment = fc.integer({ min: 0, max: TROUBLE_MS });
const life = fc.record({ startsAt: moment, changesAt: fc.array(moment, { maxLength: 8 }), endsAt: moment });
const story = fc.record({
  lives: fc.array(life, { minLength: 1, maxLength: 3 }),
  faults: fc.array(fc.record({ at: moment, fault }), { maxLength: 8 }),
  deletions: fc.array(moment, { maxLength: 2 }),
});

const idOf = (index: number) => `bk-20260901-0914-run${index + 2}`;

function topLevel({ slack }: OutboxWorld, runId: string): StoredMessage[] {
  return slack
    .messages(backups)
    .filter((m) => !m.deleted && m.threadTs === undefined && m.text.includes(runId));
}

async function removeMessage(world: OutboxWorld, runId: string): Promise<void> {
  const newest = topLevel(world, runId).at(-1);
  // Straight at the workspace: what a person does is not one of the bot's calls.
  if (newest !== undefined && !newest.text.includes('is complete')) Object.assign(newest, { deleted: true });
}

describe('whatever happens to Slack', () => {
  afterEach(closeAll);

  it(`every result stands in the channel once when it is over (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ lives, faults, deletions }) => {
        const world = await outboxWorld();
        const { clock, slack, outbox, store } = world;
        const start = clock.now();
        for (const [i, { startsAt, changesAt, endsAt }] of lives.entries()) {
          const begins = Math.min(startsAt, endsAt);
          clock.plan(start + begins, () => world.show(idOf(i), {}));
          for (const at of changesAt.filter((at) => at > begins && at < endsAt)) {
            clock.plan(start + at, () => world.show(idOf(i), { percent: Math.round(at / 10_000) }));
          }
          clock.plan(start + endsAt, () => world.end(idOf(i)));
        }
        for (const { at, fault } of faults) clock.plan(start + at, () => slack.faults.push(fault));
        for (const at of deletions) clock.plan(start + at, () => removeMessage(world, idOf(0)));
        clock.plan(start + TROUBLE_MS, () => slack.faults.splice(0));
        outbox.start();
        try {
          await clock.passed(60 * 60 * SECOND);
          expect(await store.messages.unsent()).toEqual([]);
          for (const i of lives.keys()) expectToldOnce(world, idOf(i));
        } finally {
          await closeAll();
        }
      }),
      { seed, numRuns: 40 },
    );
  });
});

function expectToldOnce(world: OutboxWorld, runId: string): void {
  // Slack puts an answer to a deleted message at the channel's root.
  const isNote = (m: StoredMessage) => m.text.includes(`${runId} is done`);
  const messages = topLevel(world, runId).filter((m) => !isNote(m));
  const told = messages.filter((m) => m.text.includes('is complete'));
  expect(told.map((m) => m.text)).toHaveLength(1);
  expect(told[0]?.blocks.some((block) => block.type === 'actions')).toBe(false);
  expect(JSON.stringify(told[0])).toContain('48 GiB');
  // Those beside it say nothing that became untrue.
  const others = messages.filter((m) => m !== told[0]);
  expect(others.filter(isWhole).map((m) => m.text)).toEqual([]);
  expect(others.filter((m) => m.blocks.some((block) => block.type === 'actions'))).toEqual([]);
  if (others.length > 0 && told[0] === messages.at(-1))
    expect(JSON.stringify(told[0])).toContain('could not be kept up to date');

  const direct = world.slack.messages('D0ANAMARIC').filter((m) => m.text.includes(runId));
  const notes = world.slack.messages(backups).filter(isNote);
  expect(notes.length).toBeLessThanOrEqual(1);
  expect(notes.length + direct.length).toBeGreaterThanOrEqual(1);
}
