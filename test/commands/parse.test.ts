import fc from 'fast-check';
import { list } from '../../src/commands/backup/list.ts';
import { now } from '../../src/commands/backup/now.ts';
import type { Verb } from '../../src/commands/base/verb.ts';
import { VERBS } from '../../src/commands/index.ts';
import { flagInNote, namesInWords, parse } from '../../src/commands/parse.ts';
import { plainWord } from '../../src/core/text/typed-word.ts';
import { typed } from '../core/arbitraries.ts';
import { target } from '../target.ts';
import { LAB, PROD } from './fakes.ts';

/** A verb with a flag of each kind, as a later version may have. */
const flagged: Verb = {
  name: 'wipe',
  summary: '',
  usage: 'wipe [target] [--hard] [--page N] [note]',
  examples: [],
  details: '',
  permission: 'operator',
  takesTarget: true,
  takesText: true,
  flags: { hard: 'switch', page: 'value' },
  changes: true,
  run: async () => ({ view: 'help' }),
};
const verbs = [...VERBS, flagged];

/** What was understood, in one line. */
function understood(text: string, targets = [PROD]): string {
  const parsed = parse(text, verbs, targets);
  if (parsed.kind === 'reply')
    return parsed.reply.view === 'refusal' ? parsed.reply.reason : parsed.reply.view;
  const { target: found, rest, flags } = parsed.args;
  return [parsed.verb.name, found?.name ?? '-', [...flags].map(([k, v]) => `${k}=${v}`).join(' '), rest].join(
    '|',
  );
}

test.each([
  ['words', `now ${'a '.repeat(1_001)}`],
  ['characters', `now ${'a'.repeat(60_000)}`],
])('an order of too many %s is refused, whatever it says', (_what, text) => {
  expect(understood(text)).toMatch(/^That is more than I read at once: .* Nothing was done\.$/);
});

describe('with one target', () => {
  test.each([
    ['', 'help'],
    ['   ', 'help'],
    ['now', 'now|prod||'],
    ['  NOW  ', 'now|prod||'],
    ['now prod', 'now|prod||'],
    ['now Prod before the upgrade', 'now|prod||before the upgrade'],
    ['now before  the\tupgrade', 'now|prod||before the upgrade'],
    ['now before prod moves', 'now|prod||before prod moves'],
    ['wipe --hard', 'wipe|prod|hard=|'],
    ['wipe prod --page 2 rest', 'wipe|prod|page=2|rest'],
    ['wipe --page=2 prod', 'wipe|prod|page=2|'],
    ['wipe --PAGE 2', 'wipe|prod|page=2|'],
    ['wipe —page 2', 'wipe|prod|page=2|'],
    ['wipe –hard', 'wipe|prod|hard=|'],
    ['wipe --page=', 'wipe|prod|page=|'],
    ['now -- --quick fix', 'now|prod||--quick fix'],
    ['now — --quick fix', 'now|prod||--quick fix'],
    ['now fixed it — again', 'now|prod||fixed it — again'],
    ['now fixed it – --again', 'now|prod||fixed it – --again'],
    ['now a - b', 'now|prod||a - b'],
    ['now -5 degrees', 'now|prod||-5 degrees'],
    ['cancel bk-20261123-0314-x4qz', 'cancel|-||bk-20261123-0314-x4qz'],
    ['help now', 'help|-||now'],
  ])('%j is read as %j', (text, expected) => {
    expect(understood(text)).toBe(expected);
  });
});

describe('with several targets', () => {
  test.each([
    ['now', 'now|-||'],
    ['now lab', 'now|lab||'],
    ['now lab prod is next', 'now|lab||prod is next'],
    [
      'now lba',
      'There is no target named “lba”. Did you mean “lab”? The targets are prod and lab. Nothing was done.',
    ],
    ['now before', 'There is no target named “before”. The targets are prod and lab. Nothing was done.'],
    ['status LAB', 'status|lab||'],
  ])('%j is read as %j', (text, expected) => {
    expect(understood(text, [PROD, LAB])).toBe(expected);
  });
});

describe('a flag in disguise is the flag', () => {
  test.each([
    'now ‑‑quiesce',
    'now -quiesce',
    'now `--quiesce`',
    'now ―quiesce',
    'now −−quiesce',
    'now ﹘quiesce',
    'now －－quiesce',
    'now ⸺quiesce',
    'now *--quiesce*',
    'now _--quiesce_',
    'now "--quiesce"',
    'now “--quiesce”,',
    'now [--quiesce]',
    'now --\u200bquiesce',
    'now\u00a0--\u2060QUIESCE',
    'now --qui\u00adesce',
    'now \u00ad\u00adquiesce',
    'now ---quiesce',
    'now --quiesce=',
    'now --ｑuiesce',
    'now — --quiesce',
    '`now` --quiesce.',
  ])('%j', (text) => {
    expect(understood(text)).toBe('now|prod|quiesce=|');
  });

  test.each([
    ['now ‘--quiesce before 2.19’', 'now|prod|quiesce=|before 2.19’'],
    ['now before 2.19 — --quiesce', 'now|prod|quiesce=|before 2.19 —'],
    ['list --before ‘2026‑10‑01’', 'list|prod|before=2026-10-01|'],
    ['list —page `2`', 'list|prod|page=2|'],
    ['now “prod” it is', 'now|prod||it is'],
    ['status pr\u200bod', 'status|prod||'],
    ['schedule `pause`, prod for 2h', 'schedule|-||pause prod for 2h'],
    ['cancel “bk–20261123‑0314-x4qz”', 'cancel|-||bk-20261123-0314-x4qz'],
  ])('%j is read as %j', (text, expected) => {
    expect(understood(text)).toBe(expected);
  });
});

describe('what was meant as an order is no note', () => {
  const bare = (word: string, flag: string) =>
    `“${word}” is no flag as it stands. Did you mean “--${flag}”? In a note put a space and another word before it. Nothing was done.`;

  test.each([
    ['now quiesce', bare('quiesce', 'quiesce')],
    ['now prod reboot please', bare('reboot', 'reboot')],
    ['now -- quiesce', bare('quiesce', 'quiesce')],
    ['now - quiesce', bare('quiesce', 'quiesce')],
    ['now fixed — reboot', bare('reboot', 'reboot')],
    ['now /quiesce', bare('/quiesce', 'quiesce')],
    ['now soon quiesce=true', bare('quiesce=true', 'quiesce')],
    ['now before 2.19--quiesce', bare('2.19--quiesce', 'quiesce')],
    ['now before—quiesce', bare('before—quiesce', 'quiesce')],
    ['now --quiesce=no', '--quiesce takes no value; “--quiesce=no” has one. Nothing was done.'],
    ['now--quiesce', 'I do not know “now--quiesce”. Did you mean “now”? Nothing was done.'],
    ['nоw', 'I do not know “nоw”. Did you mean “now”? It holds “о” (U+043E). Nothing was done.'],
    [
      'now --quіesce',
      'I do not know the flag “--quіesce”. Did you mean “--quiesce”? It holds “і” (U+0456). “now” takes --quiesce and --reboot. Nothing was done.',
    ],
    [
      'now -q',
      'I do not know the flag “-q”. Did you mean “--quiesce”? “now” takes --quiesce and --reboot. Nothing was done.',
    ],
    [
      'now "--dry-run"',
      'I do not know the flag “"--dry-run"”. “now” takes --quiesce and --reboot. Nothing was done.',
    ],
    [
      'now --quiesce--reboot',
      'I do not know the flag “--quiesce--reboot”. “now” takes --quiesce and --reboot. Nothing was done.',
    ],
    [
      'now prоd',
      'There is no target named “prоd”. Did you mean “prod”? It holds “о” (U+043E). The only target is prod; put -- before a note that begins like it. Nothing was done.',
    ],
    ['status foo', 'There is no target named “foo”. The only target is prod. Nothing was done.'],
    ['prune prod now', '“now” is no flag as it stands. Did you mean “--now”? Nothing was done.'],
    ['list prod 2', '“2” means nothing here. Nothing was done.'],
    ['list --before --page 2', '“--before” needs a value. Nothing was done.'],
  ])('%j: %s', (text, reason) => {
    expect(understood(text)).toBe(reason);
  });

  test.each([
    ['now fix - see ticket', 'fix - see ticket'],
    ['now v2 -1', 'v2 -1'],
    ['now -- --quiesce', '--quiesce'],
    ['now -- prodd', 'prodd'],
    ['now after the "reboot" of 2.19', 'after the "reboot" of 2.19'],
    ['now the reboot is done', 'the reboot is done'],
    ['now pre-reboot check', 'pre-reboot check'],
    ['now fixed it – --again', 'fixed it – --again'],
    ['now −5 °C', '−5 °C'],
  ])('%j has the note %j', (text, note) => {
    expect(understood(text)).toBe(`now|prod||${note}`);
  });

  test('in a form neither', () => {
    expect(flagInNote('before 2.19', now)).toBeUndefined();
    expect(flagInNote('‑‑quiesce before 2.19', now)).toBe(
      'A note cannot order --quiesce. Type: /circleci-backup now [target] --quiesce',
    );
    expect(flagInNote('--quise', now)).toContain('Did you mean “--quiesce”?');
  });
});

describe('what is not understood', () => {
  test.each([
    ['noww', 'I do not know “noww”. Did you mean “now”? Nothing was done.'],
    ['nwo', 'I do not know “nwo”. Did you mean “now”? Nothing was done.'],
    ['lst', 'I do not know “lst”. Did you mean “list”? Nothing was done.'],
    ['STATSU', 'I do not know “STATSU”. Did you mean “status”? Nothing was done.'],
    ['explode', 'I do not know “explode”. Nothing was done.'],
    [`${'x'.repeat(80)}`, `I do not know “${'x'.repeat(59)}…”. Nothing was done.`],
    [
      'hold --reboot',
      'I do not know the flag “--reboot”. “hold” takes no flags; put -- before a note that has dashes. Nothing was done.',
    ],
    [
      'now --reboto',
      'I do not know the flag “--reboto”. Did you mean “--reboot”? “now” takes --quiesce and --reboot. Nothing was done.',
    ],
    [
      'list --pgae 2',
      'I do not know the flag “--pgae”. Did you mean “--page”? “list” takes --page, --held, --partial, --before and --no-target. Nothing was done.',
    ],
    ['wipe --page', '“--page” needs a value. Nothing was done.'],
    // Words that every object has are no flags.
    [
      'now --constructor x',
      'I do not know the flag “--constructor”. “now” takes --quiesce and --reboot. Nothing was done.',
    ],
    [
      'now --__proto__',
      'I do not know the flag “--__proto__”. “now” takes --quiesce and --reboot. Nothing was done.',
    ],
  ])('%j: %s', (text, reason) => {
    expect(understood(text)).toBe(reason);
  });

  test('is answered with the usage', () => {
    const usage = (text: string) => {
      const parsed = parse(text, verbs, [PROD]);
      return parsed.kind === 'reply' && parsed.reply.view === 'refusal' ? parsed.reply.usage : undefined;
    };
    expect(usage('list --all')).toBe(`/circleci-backup ${list.usage}`);
    expect(usage('what')).toBe(`/circleci-backup ${[...VERBS.map((verb) => verb.name), 'wipe'].join(' | ')}`);
  });
});

test('a fleet’s targets are counted where they are too many', () => {
  const names = Array.from({ length: 200 }, (_, i) => `ci-${i}`);
  expect(namesInWords(names.slice(0, 3))).toBe('ci-0, ci-1 and ci-2');
  expect(namesInWords(names)).toMatch(/^ci-0, .*, ci-19 and 180 more$/);
  expect(
    understood(
      'now mistyped',
      names.map((name) => target(name)),
    ),
  ).toContain('and 180 more. Nothing was done.');
});

/** Texts that look like commands, for the places where it matters. */
const likely = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...verbs.map((verb) => verb.name),
        'prod',
        'lab',
        '--',
        '—',
        '–',
        '--page',
        '--page=3',
        '--hard',
        '--toString',
        '-x',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 8 },
  )
  .map((words) => words.join(' '));

describe('whatever is typed', () => {
  test('there is an answer, never an exception', () => {
    fc.assert(
      fc.property(fc.oneof(typed, likely), fc.constantFrom([PROD], [PROD, LAB], []), (text, targets) => {
        const parsed = parse(text, verbs, targets);
        expect(['command', 'reply']).toContain(parsed.kind);
        if (parsed.kind === 'reply') expect(['help', 'refusal']).toContain(parsed.reply.view);
        else
          for (const key of parsed.args.flags.keys()) expect(Object.keys(parsed.verb.flags)).toContain(key);
      }),
      { numRuns: 1000 },
    );
  });

  test('a note is kept word for word', () => {
    const word = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 12 })
      .filter((text) => !/\s/u.test(text) && !/^[—-]/u.test(plainWord(text)) && plainWord(text) !== '');
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 12 }),
        fc.constantFrom(' ', '  ', '\n', '\t '),
        (words, gap) => {
          expect(understood(`now prod ${words.join(gap)}`)).toBe(`now|prod||${words.join(' ')}`);
          expect(understood(`now prod -- --${words.join(gap)}`)).toBe(`now|prod||--${words.join(' ')}`);
        },
      ),
    );
  });
});
