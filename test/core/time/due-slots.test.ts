import fc from 'fast-check';
import {
  type DueSlots,
  dueSlots,
  MOST_LISTED,
  type ScheduleState,
} from '../../../src/core/time/due-slots.ts';
import type { Schedule } from '../../../src/core/time/schedule.ts';
import { slotsBetween } from '../../../src/core/time/slots.ts';
import { scheduleOf } from './schedule-of.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Times of October 2026, `05 03:00`, in UTC. */
const at = (text: string) => Date.parse(`2026-10-${text.replace(' ', 'T')}Z`);
const shown = (ms: number) => new Date(ms).toISOString().slice(8, 16).replace('T', ' ');

const DAILY = '0 3 * * *';

function inWords({ run, missed, paused, newWatermark }: DueSlots): string {
  const parts = [run === undefined ? 'nothing' : `${run.reason} ${shown(run.slot)}`];
  if (missed.length > 0) parts.push(`missed ${missed.map(shown).join(' ')}`);
  if (paused.length > 0) parts.push(`paused ${paused.map(shown).join(' ')}`);
  return `${parts.join(', ')}; ${shown(newWatermark)}`;
}

test.each([
  // [cron, last slot, now, pause's end, what comes of it]
  ['a slot is due at its own moment', DAILY, '05 03:00', '06 03:00', '', 'due 06 03:00; 06 03:00'],
  ['nothing before it', DAILY, '05 03:00', '06 02:59', '', 'nothing; 05 03:00'],
  ['nothing after it was settled', DAILY, '06 03:00', '06 03:01', '', 'nothing; 06 03:00'],
  ['ten minutes late is on time', DAILY, '05 03:00', '06 03:10', '', 'due 06 03:00; 06 03:00'],
  ['later is caught up', DAILY, '05 03:00', '06 03:11', '', 'caught-up 06 03:00; 06 03:00'],
  ['while the next one is far', DAILY, '05 03:00', '06 14:59', '', 'caught-up 06 03:00; 06 03:00'],
  ['and not when it is near', DAILY, '05 03:00', '06 15:00', '', 'nothing, missed 06 03:00; 06 03:00'],
  ['hourly: half an hour', '0 * * * *', '05 03:00', '05 04:29', '', 'caught-up 05 04:00; 05 04:00'],
  ['hourly: no more', '0 * * * *', '05 03:00', '05 04:30', '', 'nothing, missed 05 04:00; 05 04:00'],
  ['weekly: more than a day', '0 3 * * 1', '04 03:00', '11 02:59', '', 'caught-up 05 03:00; 05 03:00'],
  [
    'one catch-up for all that were missed',
    DAILY,
    '05 03:00',
    '09 04:00',
    '',
    'caught-up 09 03:00, missed 06 03:00 07 03:00 08 03:00; 09 03:00',
  ],
  [
    'the newest may be on time while others were missed',
    DAILY,
    '05 03:00',
    '08 03:00',
    '',
    'due 08 03:00, missed 06 03:00 07 03:00; 08 03:00',
  ],
  ['in a pause', DAILY, '05 03:00', '06 03:00', '06 12:00', 'nothing, paused 06 03:00; 06 03:00'],
  [
    'a pause that ends with the slot',
    DAILY,
    '05 03:00',
    '06 03:00',
    '06 03:00',
    'nothing, paused 06 03:00; 06 03:00',
  ],
  ['a pause that ended before it', DAILY, '05 03:00', '06 03:00', '06 02:59', 'due 06 03:00; 06 03:00'],
  [
    'resuming never fires at once',
    DAILY,
    '05 03:00',
    '06 03:05',
    '06 03:05',
    'nothing, paused 06 03:00; 06 03:00',
  ],
  [
    'a pause that ended while the bot was down',
    DAILY,
    '05 03:00',
    '08 04:00',
    '07 02:00',
    'caught-up 08 03:00, missed 07 03:00, paused 06 03:00; 08 03:00',
  ],
  ['an old pause', DAILY, '05 03:00', '06 03:00', '01 00:00', 'due 06 03:00; 06 03:00'],
  ['a clock set back', DAILY, '06 03:00', '05 23:00', '', 'nothing; 06 03:00'],
  ['and the same slot again', DAILY, '06 03:00', '06 03:00', '', 'nothing; 06 03:00'],
])('%s', (_name, cron, last, now, pausedUntil, expected) => {
  const state: ScheduleState = { lastSlot: at(last), startedAt: at('01 00:00') };
  if (pausedUntil !== '') state.pausedUntil = at(pausedUntil);
  expect(inWords(dueSlots(state, scheduleOf(cron), at(now)))).toBe(expected);
});

describe('a new schedule', () => {
  test('does nothing for the past, and remembers when it began', () => {
    const state = { lastSlot: undefined, startedAt: at('06 03:00') };
    expect(inWords(dueSlots(state, scheduleOf(DAILY), at('06 03:01')))).toBe('nothing; 06 03:00');
  });

  test('runs a slot that came between its start and the first look', () => {
    const state = { lastSlot: undefined, startedAt: at('06 02:59') };
    expect(inWords(dueSlots(state, scheduleOf(DAILY), at('06 03:01')))).toBe('due 06 03:00; 06 03:00');
  });

  test('takes no start in the future, after a clock was set back, for its beginning', () => {
    const state = { lastSlot: undefined, startedAt: at('06 05:00') };
    expect(inWords(dueSlots(state, scheduleOf(DAILY), at('06 02:00')))).toBe('nothing; 06 02:00');
  });
});

test('a watermark that a wrong clock left in the future is given up, and said', () => {
  const state = { lastSlot: Date.parse('2030-01-01T03:00Z'), startedAt: at('06 02:00') };
  const look = dueSlots(state, scheduleOf(DAILY), at('06 02:00'));
  expect(inWords(look)).toBe('nothing; 06 02:00');
  expect(look.aheadMs).toBe(Date.parse('2030-01-01T03:00Z') - at('06 02:00'));
  expect(dueSlots({ ...state, lastSlot: at('07 02:00') }, scheduleOf(DAILY), at('06 02:00'))).toEqual({
    missed: [],
    paused: [],
    newWatermark: at('07 02:00'),
  });
});

test.each([
  ['', 'caught-up 15 03:00', MOST_LISTED, 0],
  ['16 00:00', 'nothing', 0, MOST_LISTED],
])(
  'years without a look, pause “%s”: the newest slot counts, the list ends',
  (pausedUntil, run, missed, paused) => {
    const state: ScheduleState = { lastSlot: at('01 00:00') - 3_650 * DAY, startedAt: 0 };
    if (pausedUntil !== '') state.pausedUntil = at(pausedUntil);
    const look = dueSlots(state, scheduleOf(DAILY), at('15 04:00'));
    expect(inWords({ ...look, missed: [], paused: [] })).toBe(`${run}; 15 03:00`);
    expect([look.missed.length, look.paused.length]).toEqual([missed, paused]);
  },
);

const anySchedule = fc
  .tuple(
    fc.constantFrom(DAILY, '30 2 * * *', '0 */6 * * *', '0,30 * * * *', '0 0 * * 1-5', '15 2,14 L * *'),
    fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/New_York'),
  )
  .map(([cron, timezone]) => scheduleOf(cron, timezone));
/** Beginnings shortly before daylight saving changes somewhere, or anywhere. */
const aStart = fc.oneof(
  fc
    .constantFrom('2026-03-07', '2026-03-27', '2026-04-03', '2026-10-02', '2026-10-24', '2026-10-31')
    .map(Date.parse),
  fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-01-01') }),
);

type Event =
  | { kind: 'look'; afterMs: number }
  | { kind: 'restart'; afterMs: number }
  | { kind: 'clock'; byMs: number }
  | { kind: 'pause'; forMs: number }
  | { kind: 'resume' };

/** What the bot does with it, with a store that survives restarts. */
function live(
  schedule: Schedule,
  startMs: number,
  events: readonly Event[],
): { looks: DueSlots[]; now: number } {
  let now = startMs;
  const state: ScheduleState = { lastSlot: undefined, startedAt: startMs };
  const looks: DueSlots[] = [];
  const look = () => {
    const found = dueSlots(state, schedule, now);
    state.lastSlot = found.newWatermark;
    looks.push(found);
  };
  look();
  for (const event of events) {
    if (event.kind === 'clock') now += event.byMs;
    else if (event.kind === 'pause') state.pausedUntil = now + event.forMs;
    else if (event.kind === 'resume') {
      if (state.pausedUntil !== undefined) state.pausedUntil = Math.min(state.pausedUntil, now);
    } else {
      now += event.afterMs;
      if (event.kind === 'restart') state.startedAt = now;
    }
    look();
  }
  return { looks, now };
}

const ms = (max: number) => fc.integer({ min: 0, max });
const anyEvents = fc.array(
  fc.oneof(
    ms(3 * HOUR).map((afterMs): Event => ({ kind: 'look', afterMs })),
    ms(4 * DAY).map((afterMs): Event => ({ kind: 'restart', afterMs })),
    fc.integer({ min: -20 * HOUR, max: 2 * DAY }).map((byMs): Event => ({ kind: 'clock', byMs })),
    ms(3 * DAY).map((forMs): Event => ({ kind: 'pause', forMs })),
    fc.constant<Event>({ kind: 'resume' }),
  ),
  { maxLength: 40 },
);

const accounted = (looks: readonly DueSlots[]) =>
  looks.flatMap(({ run, missed, paused }) => [
    ...paused,
    ...missed,
    ...(run === undefined ? [] : [run.slot]),
  ]);

test('whatever happens, each slot is run, missed or paused once, in order, and none is left out', () => {
  fc.assert(
    fc.property(anySchedule, aStart, anyEvents, (schedule, start, events) => {
      const { looks } = live(schedule, start, events);
      // Steps back can add up to a clock that is a day behind, which is a case of its own.
      fc.pre(looks.every((look) => look.aheadMs === undefined));
      const slots = accounted(looks);
      expect(slots.every((slot, i) => slot > (slots[i - 1] ?? start))).toBe(true);
      expect(slots).toEqual(slotsBetween(schedule, start, looks.at(-1)?.newWatermark ?? start, 10_000));
    }),
    { numRuns: 100 },
  );
});

test('a resume, and the end of a pause, start nothing', () => {
  fc.assert(
    fc.property(anySchedule, aStart, anyEvents, (schedule, start, events) => {
      const { looks, now } = live(schedule, start, [...events, { kind: 'pause', forMs: 4 * DAY }]);
      const lastSlot = looks.at(-1)?.newWatermark;
      for (const later of [now, now + 3 * HOUR, now + 2 * DAY]) {
        const resumed = dueSlots({ lastSlot, startedAt: start, pausedUntil: later }, schedule, later);
        expect(resumed.run).toBeUndefined();
        expect(resumed.missed).toEqual([]);
      }
    }),
    { numRuns: 30 },
  );
});

test('with a look at least every minute, every slot is run on time, once, and nothing else', () => {
  const steps = fc.array(fc.integer({ min: 1, max: MINUTE }), { minLength: 200, maxLength: 400 });
  fc.assert(
    fc.property(anySchedule, aStart, steps, (schedule, start, gaps) => {
      const { looks, now } = live(
        schedule,
        start,
        gaps.map((afterMs) => ({ kind: 'look', afterMs })),
      );
      expect(looks.flatMap(({ run }) => (run === undefined ? [] : [run]))).toEqual(
        slotsBetween(schedule, start, now, 10_000).map((slot) => ({ slot, reason: 'due' })),
      );
      expect(looks.flatMap(({ missed, paused }) => [...missed, ...paused])).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
