import fc from 'fast-check';
import { checkMessage, checkView } from '../../sandbox/slack/limits/limits.ts';
import { SlackError } from '../../sandbox/slack/slack-error.ts';
import { toJson } from '../../src/cli/json.ts';
import { pieces } from '../../src/cli/replies.ts';
import { print } from '../../src/cli/text.ts';
import type { Reply } from '../../src/commands/base/reply.ts';
import { cut } from '../../src/core/text/text.ts';
import { nowForm } from '../../src/slack/backup/now.ts';
import { stuckLoading, stuckTrouble, stuckView } from '../../src/slack/cleanup/stuck-list.ts';
import type { Rendered, Richness } from '../../src/slack/kit/rendered.ts';
import { messageOf } from '../../src/slack/outbox/message.ts';
import { replyMessage } from '../../src/slack/reply.ts';
import { approvalReply, decision, request, waiting } from './extremes/approval.ts';
import { cleanupReply, stuckList } from './extremes/cleanup.ts';
import { digest } from './extremes/digest.ts';
import {
  auditRow,
  entry,
  lock,
  name,
  nasty,
  preview,
  run,
  runId,
  target,
  targetSchedules,
  time,
} from './extremes/extremes.ts';
import { taskRun } from './extremes/task.ts';

const WORKSPACE = 'https://acme-rail.slack.example/';

/** Live markup that the bot itself writes. */
const OWN = [
  /^<@U0(ANAMARIC|BENOKORO)>$/,
  /^<!subteam\^S0CIOPERATE>$/,
  /^<#C0CIBACKUPS>$/,
  /^<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>]*>$/,
  /^<https:\/\/acme-rail\.slack\.example\/archives\/C0CIBACKUPS\/p\d+\|[\w ]+>$/,
];

function liveIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(liveIn);
  if (typeof value !== 'object' || value === null) return [];
  const isMarked = 'type' in value && value.type === 'mrkdwn' && 'text' in value;
  if (isMarked && !('verbatim' in value && value.verbatim === true))
    throw new Error('Slack may add links to it');
  const own = isMarked ? [String(value.text)] : [];
  return [...own.flatMap(tokens), ...Object.values(value).flatMap(liveIn)];
}

function tokens(text: string): string[] {
  return text.match(/<[^<>]*>/g) ?? [];
}

function expectSafe({ text, blocks }: Rendered): void {
  for (const token of [...tokens(text), ...liveIn(blocks)]) {
    if (!OWN.some((own) => own.test(token))) throw new Error(`this is live: ${token}`);
  }
}

/** Within Slack's limits, and readable: a text that is not empty. */
function expectTaken(rendered: Rendered, options = { newestBlocks: true, maxText: 40_000 }): void {
  expect(rendered.text.trim()).not.toBe('');
  try {
    checkMessage(rendered, options);
  } catch (error) {
    if (error instanceof SlackError) throw new Error(`${error.code}: ${error.details.join(', ')}`);
    throw error;
  }
}

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Without the keys whose value is undefined, as `exactOptionalPropertyTypes` has it. */
function compact<T extends object>(value: T): Defined<T> {
  return JSON.parse(JSON.stringify(value));
}

const running = fc
  .record({
    lock,
    stage: optional(nasty),
    percent: optional(fc.nat(100)),
    message: optional(fc.constant({ channel: 'C0CIBACKUPS', ts: '1756718040.000100' })),
  })
  .map(compact);

const counts = fc.record({ complete: fc.nat(), partial: fc.nat(), failed: fc.nat(), open: fc.nat() });

const doctorLine = fc
  .record({
    look: name,
    title: nasty,
    mark: fc.constantFrom('ok' as const, 'warning' as const, 'failure' as const, 'skipped' as const),
    target: optional(name),
    text: nasty,
    next: optional(nasty),
  })
  .map(compact);

const reply = fc
  .oneof(
    fc.record({
      view: fc.constant('refusal' as const),
      reason: nasty.map((text) => `No: ${text}`),
      next: optional(nasty.map((text) => `Wait: ${text}`)),
      usage: optional(nasty),
      people: optional(fc.array(fc.constantFrom('U0ANAMARIC', 'S0CIOPERATE'), { maxLength: 60 })),
    }),
    fc
      .record({
        view: fc.constant('busy' as const),
        running,
        target: name,
        now: time,
        voting: optional(fc.record({ expiresAt: time })),
      })
      .map(compact),
    fc.record({
      view: fc.constant('started' as const),
      runId,
      target,
      mode: fc.constant('live' as const),
      delayed: optional(nasty.map((text) => `Later: ${text}`)),
    }),
    fc.record({ view: fc.constant('help' as const), topic: optional(nasty.map((text) => cut(text, 60))) }),
    fc.record({
      view: fc.constant('list' as const),
      target: optional(target),
      regions: fc.constant(['eu-west-1', 'us-gov-west-1']),
      filter: fc
        .record({
          held: fc.boolean(),
          partial: fc.boolean(),
          before: optional(fc.constant({ date: '2026-10-01', ms: 1 })),
        })
        .map(compact),
      strays: fc.nat(9),
      unproven: fc.array(nasty, { maxLength: 2 }),
      entries: fc.array(entry, { maxLength: 10 }),
      page: fc.integer({ min: 1, max: 9 }),
      pages: fc.integer({ min: 1, max: 9 }),
      total: fc.nat(99),
      now: time,
    }),
    fc.record({
      view: fc.constant('status' as const),
      version: fc.constant('1.2.3'),
      targets: fc.array(
        fc
          .record({
            target,
            newest: optional(entry),
            counts,
            waiting: fc.array(waiting, { maxLength: 20 }),
            unproven: fc.array(nasty, { maxLength: 2 }),
            running: fc.array(running, { maxLength: 2 }),
            pausedUntil: optional(time),
            overdueSince: optional(time),
            next: optional(fc.record({ schedule: name, at: time })),
            trouble: optional(nasty),
          })
          .map(compact),
        { maxLength: 60 },
      ),
      failures: fc.array(doctorLine, { maxLength: 30 }),
      now: time,
    }),
    fc.record({ view: fc.constant('doctor' as const), lines: fc.array(doctorLine, { maxLength: 120 }) }),
    fc.record({
      view: fc.constant('history' as const),
      target: optional(name),
      rows: fc.array(auditRow, { maxLength: 15 }),
      page: fc.integer({ min: 1, max: 9 }),
      pages: fc.integer({ min: 1, max: 9 }),
      total: fc.nat(99),
    }),
    fc.record({ view: fc.constant('canceling' as const), runId, target: name }),
    fc.record({
      view: fc.constant('notified' as const),
      target,
      isMember: fc.constantFrom('yes' as const, 'no' as const, 'unknown' as const),
      pings: fc.boolean(),
    }),
    fc.record({
      view: fc.constant('schedule' as const),
      targets: fc.array(targetSchedules, { maxLength: 60 }),
      now: time,
    }),
    fc.record({
      view: fc.constant('paused' as const),
      target: name,
      until: time,
      channel: fc.constant('C0CIBACKUPS'),
    }),
    fc.record({
      view: fc.constant('resumed' as const),
      target: name,
      channel: fc.constant('C0CIBACKUPS'),
      next: optional(time),
    }),
    fc
      .record({
        view: fc.constant('prune' as const),
        target,
        preview,
        now: time,
        button: optional(fc.constant(`prod ${'0'.repeat(64)}`)),
        isChanged: optional(fc.constant(true as const)),
      })
      .map(compact),
    approvalReply,
    cleanupReply,
    fc.record({
      view: fc.constant('held' as const),
      backupId: runId,
      target: name,
      imageId: nasty,
      why: optional(nasty.map((text) => cut(text, 115))),
      wasDisabled: fc.boolean(),
    }),
    fc.record({
      view: fc.constant('restore-by-hand' as const),
      entry,
      region: fc.constant('eu-west-1'),
      now: time,
      datastores: fc.array(fc.record({ what: nasty, commands: fc.array(nasty, { maxLength: 20 }) }), {
        maxLength: 20,
      }),
    }),
  )
  .map((each): Exclude<Reply, { view: 'form' }> => JSON.parse(JSON.stringify(each)));

describe('every answer, for any input', () => {
  it('is within Slack’s limits, and has nothing live but what the bot wrote', () => {
    fc.assert(
      fc.property(reply, (each) => {
        const rendered = replyMessage(each, WORKSPACE);
        expectTaken(rendered);
        // It is the last resort of older workspaces, too.
        expectTaken(rendered, { newestBlocks: false, maxText: 40_000 });
        expectSafe(rendered);
      }),
      { numRuns: 400 },
    );
  });
});

describe('every answer on the command line, for any input', () => {
  it('moves no cursor, colours nothing by itself, and breaks no line of data', () => {
    fc.assert(
      fc.property(reply, (each) => {
        if (each.view !== 'help') expect(print(pieces(each), { color: false })).not.toMatch(UNSAFE);
        const json = toJson({ verb: 'any', result: 'ok', reply: each }, 0, undefined);
        expect(json.trimEnd()).not.toMatch(/\p{Cc}/u);
        expect(JSON.parse(json).reply.view).toBe(each.view);
      }),
      { numRuns: 200 },
    );
  });
});

/** A control character that is no line end. */
const UNSAFE = /[^\P{Cc}\n]/u;

describe('every message of a run, for any content', () => {
  it.each<Richness>(['full', 'plain', 'text'])('is within Slack’s limits: %s', (richness) => {
    fc.assert(
      fc.property(fc.oneof(run, taskRun), (view) => {
        const rendered = messageOf({ kind: 'run', run: view }, richness, WORKSPACE);
        expectTaken(rendered, { newestBlocks: richness === 'full', maxText: 4_000 });
        expectSafe(rendered);
      }),
      { numRuns: 200 },
    );
  });

  it.each<Richness>(['full', 'plain', 'text'])('is so for a request and how it ended: %s', (richness) => {
    fc.assert(
      fc.property(fc.oneof(request, decision), (view) => {
        const rendered = messageOf(view, richness, WORKSPACE);
        expectTaken(rendered, { newestBlocks: false, maxText: 4_000 });
        expectSafe(rendered);
      }),
      { numRuns: 300 },
    );
  });

  it.each<Richness>(['full', 'plain', 'text'])(
    'is so for notes and for what stands in for a message: %s',
    (richness) => {
      const note = fc
        .record({
          kind: fc.constant('note' as const),
          runId,
          text: nasty.map((text) => `Done: ${text}`),
          verbatim: optional(fc.array(nasty, { maxLength: 60 })),
          tone: fc.constantFrom('info' as const, 'good' as const, 'warning' as const, 'bad' as const),
          mentions: optional(fc.array(fc.constantFrom('U0ANAMARIC', 'S0CIOPERATE'), { maxLength: 40 })),
          until: optional(time),
          insteadOf: optional(fc.record({ channel: fc.constant('C0CIBACKUPS'), code: nasty })),
        })
        .map(compact);
      fc.assert(
        fc.property(note, (view) => {
          const rendered = messageOf(view, richness, WORKSPACE);
          expectTaken(rendered, { newestBlocks: false, maxText: 4_000 });
          expectSafe(rendered);
        }),
      );
    },
  );
});

describe('every message about a target', () => {
  it('is within Slack’s limits, and calls nobody but whom it should', () => {
    const test = fc
      .record({
        kind: fc.constant('test' as const),
        target: name,
        mentions: fc.array(fc.constantFrom('U0ANAMARIC', 'S0CIOPERATE'), { maxLength: 60 }),
        requester: fc.constant({ userId: 'U0BENOKORO', teamId: 'T0ACMERAIL' }),
        insteadOf: optional(fc.record({ channel: fc.constant('C0CIBACKUPS'), code: nasty })),
      })
      .map(compact);
    fc.assert(
      fc.property(digest, test, (week, asked) => {
        for (const rendered of [
          messageOf({ kind: 'digest', digest: week }, 'full', WORKSPACE),
          messageOf(asked, 'full', WORKSPACE),
        ]) {
          expectTaken(rendered, { newestBlocks: false, maxText: 4_000 });
          expectSafe(rendered);
        }
      }),
    );
  });
});

const targets = fc.uniqueArray(target, { minLength: 1, maxLength: 130, selector: (each) => each.name });

describe('the form', () => {
  it('is one that Slack opens, for any number of targets and any note', () => {
    fc.assert(
      fc.property(targets, nasty, (targets, note) => {
        expect(() =>
          checkView(nowForm(targets, note, 'C0CIBACKUPS'), { newestBlocks: false, type: 'modal' }),
        ).not.toThrow();
      }),
    );
  });
});

describe('the form of stuck builds', () => {
  it('is one that Slack opens, at any page of any list, and whatever the trouble', () => {
    fc.assert(
      fc.property(stuckList, nasty, (list, trouble) => {
        const views = [
          stuckView(list, 'C0CIBACKUPS'),
          stuckLoading(list.target, 'C0CIBACKUPS'),
          stuckTrouble(`No: ${trouble}`, list.target, 'C0CIBACKUPS'),
        ];
        for (const view of views) {
          checkView(view, { newestBlocks: false, type: 'modal' });
          expectSafe({ text: '', blocks: view.blocks });
        }
      }),
    );
  });
});
