import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VERBS } from '../src/commands/index.ts';
import { ambientUses } from './project/ambient.ts';
import { modulesNamedIn, packageOf } from './project/imports.ts';
import { ROOT, typeScriptFiles } from './project/source-files.ts';

/**
 * Who may import whom, types included. `parts` are layers (a layer's own files are always allowed);
 * `packages` are the only ones, Node's own among them.
 */
const MAY_IMPORT: Record<string, { parts: string[]; packages: string[] }> = {
  core: { parts: [], packages: ['croner', 'cronstrue', 'fastest-levenshtein'] },
  config: {
    parts: ['core'],
    packages: ['dotenv', 'node:crypto', 'node:fs', 'yaml', 'zod'],
  },
  cli: { parts: ['commands', 'core', 'runs'], packages: ['node:http', 'node:util', 'zod'] },
  gateways: {
    parts: ['core'],
    packages: [
      '@aws-sdk/client-ebs',
      '@aws-sdk/client-ec2',
      '@aws-sdk/client-rds',
      'node-ssh',
      'node:crypto',
      'node:http',
      'node:net',
      'node:stream',
      'node:tls',
      'zod',
    ],
  },
  store: {
    parts: ['core'],
    packages: [
      'kysely',
      'kysely-generic-sqlite',
      'node:async_hooks',
      'node:crypto',
      'node:fs',
      'node:os',
      'node:path',
      'node:sqlite',
      'node:util',
      'pg',
    ],
  },
  schedule: { parts: ['core', 'runs'], packages: ['bree', 'node:url', 'node:util', 'node:worker_threads'] },
  workflows: { parts: ['core', 'runs'], packages: ['node:util', 'openworkflow', 'zod'] },
  commands: { parts: ['core', 'runs'], packages: [] },
  runs: { parts: ['core'], packages: ['zod'] },
  slack: {
    parts: ['core', 'commands', 'runs'],
    packages: ['@slack/bolt', '@slack/types', '@slack/web-api', 'node:http', 'node:util', 'zod'],
  },
  ops: {
    parts: ['core'],
    packages: [
      'node:crypto',
      'node:fs',
      'node:http',
      'node:net',
      'node:os',
      'node:util',
      'node:v8',
      'pino',
      'prom-client',
    ],
  },
  app: {
    parts: [
      'cli',
      'commands',
      'config',
      'core',
      'gateways',
      'ops',
      'schedule',
      'slack',
      'store',
      'workflows',
    ],
    packages: ['node:path'],
  },
  start: { parts: ['app', 'cli', 'config', 'core'], packages: [] },
  main: { parts: ['app', 'cli', 'config', 'core', 'start'], packages: ['node:os', 'node:path'] },
  sandbox: {
    parts: ['app', 'config', 'core'],
    packages: [
      '@slack/types',
      'just-bash',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:http',
      'node:net',
      'node:os',
      'node:path',
      'node:stream',
      'node:tls',
      'node:util',
      'ssh2',
      'ws',
      'yaml',
      'zod',
    ],
  },
};

/** Libraries that one place speaks to for everybody else, so that replacing one changes one file. */
const ONLY_IN: Record<string, string[]> = {
  bree: ['src/schedule/bree.ts'],
  croner: ['src/core/time/cron.ts'],
  cronstrue: ['src/core/time/schedule-words.ts'],
  dotenv: ['src/config/environment.ts'],
  'fastest-levenshtein': ['src/core/text/near-word.ts'],
  'node-ssh': [
    'src/gateways/ssh/connection.ts',
    'src/gateways/ssh/log-in.ts',
    'src/gateways/ssh/terminal.ts',
  ],
  'kysely-generic-sqlite': ['src/store/sqlite/dialect.ts'],
  openworkflow: [
    'src/workflows/engine/claim-queue.ts',
    'src/workflows/engine/engine.ts',
    'src/workflows/engine/owners.ts',
    'src/workflows/engine/postgres-backend.ts',
    'src/workflows/engine/sqlite-backend.ts',
  ],
  pg: ['src/store/postgres/pool.ts', 'src/store/postgres/server.ts', 'src/store/postgres/signals.ts'],
  pino: ['src/ops/log.ts'],
  'prom-client': ['src/ops/metrics.ts'],
  ws: ['sandbox/slack/delivery/socket-mode.ts'],
};

/** What is taken from the surroundings, and the only places that may. */
const AMBIENT_ONLY_IN: Record<string, RegExp> = {
  'process.env': /^src\/config\/environment\.ts$/,
  'process.exit': /^(src\/(app\/gateways|main|start)|sandbox\/(main|demo))\.ts$/,
  any: /^$/,
  fetch: /^(src\/app\/gateways|sandbox\/.*)\.ts$/,
};

/** Their clock and their chance are handed in, and they do nothing at the wire. */
const WITHOUT_SURROUNDINGS = ['core', 'commands', 'schedule', 'workflows'];

function partOf(path: string): string {
  const [top = '', layer = ''] = path.split('/');
  return (top === 'src' ? layer : top).replace(/\.ts$/, '');
}

/** Whether a file is the part, or in its folder. */
function isIn(path: string, part: string): boolean {
  return partOf(path) === part;
}

/** What a file of `src` names in its imports and may not. */
function forbiddenImports(file: string, source: string): string[] {
  const part = partOf(file);
  const rule = MAY_IMPORT[part];
  if (rule === undefined) return [`${part} is not in the table`];
  return modulesNamedIn(source).filter((name) => {
    if (name.startsWith('.')) {
      const path = join(dirname(file), name);
      return partOf(path) !== part && !rule.parts.some((allowed) => isIn(path, allowed));
    }
    const library = packageOf(name);
    return !rule.packages.includes(library) || (ONLY_IN[library]?.includes(file) ?? true) === false;
  });
}

/** What a file of `src` takes from its surroundings and may not. */
function forbiddenUses(file: string, source: string): string[] {
  return ambientUses(source).filter((use) => {
    if (WITHOUT_SURROUNDINGS.includes(partOf(file))) return true;
    return AMBIENT_ONLY_IN[use]?.test(file) === false;
  });
}

function readAll(folder: string): [file: string, source: string][] {
  return typeScriptFiles(join(ROOT, folder)).map((file) => [
    join(folder, file),
    readFileSync(join(ROOT, folder, file), 'utf8'),
  ]);
}

const sources = [...readAll('src'), ...readAll('sandbox')];

/** Every file with those it names in an import, types included. */
const graph = new Map(
  sources.map(([file, source]) => [
    file,
    modulesNamedIn(source)
      .filter((name) => name.startsWith('.'))
      .map((name) => join(dirname(file), name)),
  ]),
);

/** The rooms of core, from the ground up: a room knows those below it, features know them all, the store knows the features. */
const FLOORS_OF_CORE = ['text', 'time problems', 'model', 'catalogue', 'run', 'ports', 'FEATURES', 'store'];

/** A room of this name in any layer is this feature. */
const FEATURES = [
  'alarms',
  'approval',
  'backup',
  'cleanup',
  'datastores',
  'doctor',
  'files',
  'restore',
  'retention',
  'routine',
  'status',
];

/** Which feature may know which, in every layer. Each further pair is a decision. */
const FEATURES_THAT_KNOW: Record<string, string[]> = {
  backup: ['approval', 'datastores', 'files', 'retention'],
  cleanup: ['approval'],
  datastores: ['approval'],
  doctor: ['approval'],
  restore: ['approval', 'cleanup', 'datastores', 'files'],
  retention: ['approval'],
  status: ['approval', 'files'],
};

/** `src/core/time/cron.ts` is in `time`; what lies directly in a layer is in no room. */
function roomOf(file: string): string {
  const folders = file.split('/');
  return folders.length > 3 ? (folders[2] ?? '') : '';
}

function floorOf(file: string): number {
  const room = roomOf(file);
  const floor = FLOORS_OF_CORE.findIndex((rooms) => rooms.split(' ').includes(room));
  if (floor >= 0) return floor;
  return FEATURES.includes(room) ? FLOORS_OF_CORE.indexOf('FEATURES') : Number.NaN;
}

/** Groups of files that reach each other, by Tarjan's algorithm. */
function circles(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const visitFile = (file: string): number => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    open.push(file);
    for (const next of arrows.get(file) ?? []) {
      if (!arrows.has(next)) continue;
      const reached = index.has(next) ? (open.includes(next) ? index.get(next) : undefined) : visitFile(next);
      low.set(file, Math.min(low.get(file) ?? 0, reached ?? Infinity));
    }
    if (low.get(file) === index.get(file)) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) found.push(circle.sort());
    }
    return low.get(file) ?? 0;
  };
  for (const file of arrows.keys()) if (!index.has(file)) visitFile(file);
  return found;
}

/** Arrows of the graph that this rule forbids, as `from -> to`. */
function arrowsThat(forbidden: (from: string, to: string) => boolean): string[] {
  return [...graph].flatMap(([from, all]) =>
    all.filter((to) => forbidden(from, to)).map((to) => `${from} -> ${to}`),
  );
}

describe('who may import whom', () => {
  test('every import of src is in the table', () => {
    const found = sources.map(([file, source]) => [file, forbiddenImports(file, source)] as const);
    expect(Object.fromEntries(found.filter(([, names]) => names.length > 0))).toEqual({});
  });

  test('the table allows nothing that nobody needs', () => {
    const used = new Set(
      sources.flatMap(([file, source]) =>
        modulesNamedIn(source).flatMap((name) => {
          if (!name.startsWith('.')) return `${partOf(file)} ${packageOf(name)}`;
          const path = join(dirname(file), name);
          return `${partOf(file)} ${partOf(path)}`;
        }),
      ),
    );
    const allowed = Object.entries(MAY_IMPORT).flatMap(([part, { parts, packages }]) =>
      [...parts, ...packages].map((one) => `${part} ${one}`),
    );
    expect(allowed.filter((one) => !used.has(one))).toEqual([]);
  });

  test.each([
    ['src/core/text/text.ts', "import { join } from 'node:path';", ['node:path']],
    [
      'src/core/model/run.ts',
      "import type { Verb } from '../../commands/base/verb.ts';",
      ['../../commands/base/verb.ts'],
    ],
    ['src/core/model/run.ts', "export * from '../../slack/kit/blocks.ts';", ['../../slack/kit/blocks.ts']],
    ['src/core/model/run.ts', "let app: import('@slack/bolt').App;", ['@slack/bolt']],
    ['src/core/model/run.ts', "await import('../../main.ts');", ['../../main.ts']],
    ['src/core/model/run.ts', 'await import(name);', ['(computed)']],
    ['src/core/model/run.ts', "import { cut } from '../text/text.ts';", []],
    [
      'src/slack/run/run.ts',
      "import { backup } from '../../workflows/backup/backup.ts';",
      ['../../workflows/backup/backup.ts'],
    ],
    ['src/slack/run/run.ts', "import { explain } from '../../core/problems/problem.ts';", []],
    [
      'src/commands/backup/now.ts',
      "import { backup } from '../../workflows/backup/backup.ts';",
      ['../../workflows/backup/backup.ts'],
    ],
    ['src/commands/backup/now.ts', "import { BACKUP } from '../../runs/backup.ts';", []],
    [
      'src/store/locks.ts',
      "import { handClock } from '../../test/hand-clock.ts';",
      ['../../test/hand-clock.ts'],
    ],
    ['src/app.ts', "import { createWorld } from '../sandbox/world.ts';", ['../sandbox/world.ts']],
    ['src/workflows/backup/backup.ts', "import { OpenWorkflow } from 'openworkflow';", ['openworkflow']],
    ['src/workflows/engine/sqlite-backend.ts', "import { BackendSqlite } from 'openworkflow/sqlite';", []],
    ['src/core/time/schedule-words.ts', "import cronstrue from 'cronstrue';", []],
    ['src/core/time/schedule.ts', "import { Cron } from 'croner';", ['croner']],
    ['src/schedule/routine.ts', "import Bree from 'bree';", ['bree']],
    [
      'src/schedule/silence.ts',
      "import { now } from '../commands/backup/now.ts';",
      ['../commands/backup/now.ts'],
    ],
    ['extras/new.ts', '', ['extras is not in the table']],
  ])('in %s, %s', (file, source, expected) => {
    expect(forbiddenImports(file, source)).toEqual(expected);
  });
});

describe('the rooms', () => {
  const isCore = (file: string) => partOf(file) === 'core';

  test('every file of core is in a room', () => {
    expect([...graph.keys()].filter((file) => isCore(file) && Number.isNaN(floorOf(file)))).toEqual([]);
  });

  test('no room of core knows one above it, or another of its own floor that is no feature', () => {
    const features = FLOORS_OF_CORE.indexOf('FEATURES');
    const up = arrowsThat((from, to) => {
      if (!isCore(from) || roomOf(from) === roomOf(to)) return false;
      return floorOf(to) > floorOf(from) || (floorOf(to) === floorOf(from) && floorOf(from) !== features);
    });
    expect(up).toEqual([]);
  });

  const isPair = (from: string, to: string) =>
    partOf(from) !== 'sandbox' &&
    FEATURES.includes(roomOf(from)) &&
    FEATURES.includes(roomOf(to)) &&
    roomOf(from) !== roomOf(to);

  test('a feature knows only those of the table', () => {
    const strange = arrowsThat(
      (from, to) => isPair(from, to) && FEATURES_THAT_KNOW[roomOf(from)]?.includes(roomOf(to)) !== true,
    );
    expect(strange).toEqual([]);
  });

  test('the table of features has no pair that nobody needs', () => {
    const used = arrowsThat(isPair).map((arrow) => arrow.split(' -> ').map(roomOf).join(' knows '));
    const allowed = Object.entries(FEATURES_THAT_KNOW).flatMap(([from, all]) =>
      all.map((to) => `${from} knows ${to}`),
    );
    expect(allowed.filter((pair) => !used.includes(pair))).toEqual([]);
  });

  test('every feature is in the list, and every one of the list is there', () => {
    const shared = ['base', 'kit', 'run', 'engine', 'outbox', 'extremes'];
    const rooms = [...graph.keys()]
      .filter((file) => ['core', 'commands', 'workflows', 'slack'].includes(partOf(file)))
      .map(roomOf)
      .filter(
        (room) =>
          room !== '' && !shared.includes(room) && !FLOORS_OF_CORE.join(' ').split(' ').includes(room),
      );
    expect([...new Set(rooms)].sort()).toEqual(FEATURES);
  });
});

describe('circles', () => {
  test('there are none, types included', () => {
    expect(circles(graph)).toEqual([]);
  });

  test.each([
    ['a circle of two', { a: ['b'], b: ['a'], c: ['a'] }, [['a', 'b']]],
    [
      'a longer one, and another',
      { a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'] },
      [
        ['d', 'e'],
        ['a', 'b', 'c'],
      ],
    ],
    ['two ways to one file', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
  ])('%s', (_, arrows, expected) => {
    expect(circles(new Map(Object.entries(arrows)))).toEqual(expected);
  });
});

/** Files of one folder; a sign to look, not a law. */
const MANY = 21;

test('no folder is a heap', () => {
  const sizes = new Map<string, number>();
  for (const file of graph.keys()) sizes.set(dirname(file), (sizes.get(dirname(file)) ?? 0) + 1);
  expect([...sizes].filter(([, count]) => count > MANY)).toEqual([]);
});

describe('what is handed in', () => {
  test('no file takes it from its surroundings', () => {
    const found = sources.map(([file, source]) => [file, forbiddenUses(file, source)] as const);
    expect(Object.fromEntries(found.filter(([, uses]) => uses.length > 0))).toEqual({});
  });

  test.each([
    [
      'src/store/locks.ts',
      "const url = process.env['DATABASE_URL'] ?? process.env.URL;",
      ['process.env', 'process.env'],
    ],
    ['src/ops/drain.ts', 'process.exit(1);', ['process.exit']],
    ['src/main.ts', 'process.exit(1);', []],
    ['src/core/text/text.ts', 'const at = Date.now() + performance.now();', ['Date.now', 'performance.now']],
    ['src/core/text/text.ts', 'const at = new Date().getTime();', ['new Date()']],
    ['src/core/text/text.ts', 'const at = new Date(now).getTime();', []],
    ['src/workflows/run/stage.ts', 'setTimeout(go, 1000);', ['setTimeout']],
    ['src/commands/now.ts', 'const dice = Math.random();', ['Math.random']],
    ['src/slack/outbox/rate-limits.ts', 'const a = b as any;', ['any']],
  ])('in %s, %s', (file, source, expected) => {
    expect(forbiddenUses(file, source)).toEqual(expected);
  });
});

describe('what no file says', () => {
  // Written so that this file does not say it either.
  const UNFINISHED = /\b(?:TO[D]O|FI[X]ME|XX[X])\b|@ts-(?:ignore|nocheck|expect-error)|biome-(?:ignore)\b/;

  test('nothing is put off, and no check is silenced', () => {
    const all = ['src', 'sandbox', 'test', 'scripts'].flatMap((folder) => readAll(folder));
    expect(all.filter(([, source]) => UNFINISHED.test(source)).map(([file]) => file)).toEqual([]);
  });

  test('and no test says any', () => {
    const said = [...readAll('test'), ...readAll('scripts')].filter(([, source]) =>
      ambientUses(source).includes('any'),
    );
    expect(said.map(([file]) => file)).toEqual([]);
  });

  test.each(['// TO' + 'DO later', '/* @ts-' + 'ignore */', '// biome-' + 'ignore lint: no'])(
    '%s',
    (line) => {
      expect(UNFINISHED.test(line)).toBe(true);
    },
  );
});

describe('one word through the layers', () => {
  /** `src/commands/backup/now.ts`: a verb's room, by the file of its name. */
  const roomsOf = (layer: string, verb: string) =>
    typeScriptFiles(join(ROOT, 'src', layer)).filter((file) => file.split('/').at(-1) === `${verb}.ts`);
  /** Asked for like any other approval, or shown by the words of others. */
  const WITHOUT_VIEW = ['release'];

  test.each(VERBS.map((verb) => verb.name))('%s is a command and a view of that name', (name) => {
    expect(roomsOf('commands', name)).toHaveLength(1);
    expect(roomsOf('slack', name)).toHaveLength(WITHOUT_VIEW.includes(name) ? 0 : 1);
  });
});
