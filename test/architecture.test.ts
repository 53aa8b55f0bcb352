import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VERBS } from '../src/commands/index.ts';
import { ambientUses } from './project/ambient.ts';
import { modulesNamedIn, packageOf } from './project/imports.ts';
import { ROOT, typeScriptFiles } from './project/source-files.ts';

/**
 * Who may import whom, types included. `parts` are folders and files of `src` (a part's own files are always allowed);
 * `packages` are the only ones, Node's own among them.
 */
const MAY_IMPORT: Record<string, { parts: string[]; packages: string[] }> = {
  core: { parts: [], packages: ['croner', 'cronstrue', 'fastest-levenshtein'] },
  config: {
    parts: ['core'],
    packages: ['dotenv', 'fastest-levenshtein', 'node:crypto', 'node:fs', 'yaml', 'zod'],
  },
  gateways: {
    parts: ['core'],
    packages: [
      '@aws-sdk/client-ebs',
      '@aws-sdk/client-ec2',
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
    ],
  },
  schedule: { parts: ['core'], packages: ['bree', 'node:url', 'node:util', 'node:worker_threads'] },
  workflows: { parts: ['core'], packages: ['node:util', 'openworkflow', 'zod'] },
  commands: { parts: ['core', 'workflows/specs'], packages: ['fastest-levenshtein'] },
  slack: {
    parts: ['core', 'commands'],
    packages: ['@slack/bolt', '@slack/types', '@slack/web-api', 'node:http', 'node:util'],
  },
  ops: {
    parts: ['core'],
    packages: ['node:crypto', 'node:http', 'node:net', 'node:util', 'node:v8', 'pino', 'prom-client'],
  },
  app: {
    parts: ['commands', 'config', 'core', 'gateways', 'ops', 'schedule', 'slack', 'store', 'workflows'],
    packages: ['node:path'],
  },
  main: { parts: ['app', 'config', 'core'], packages: [] },
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
  bree: ['schedule/bree.ts'],
  croner: ['core/cron.ts'],
  cronstrue: ['core/schedule-words.ts'],
  dotenv: ['config.ts'],
  'fastest-levenshtein': ['commands/parse.ts', 'config/near-name.ts', 'core/zone-name.ts'],
  'node-ssh': ['gateways/ssh/connection.ts', 'gateways/ssh/log-in.ts', 'gateways/ssh/terminal.ts'],
  'kysely-generic-sqlite': ['store/sqlite-dialect.ts'],
  openworkflow: ['workflows/claims.ts', 'workflows/engine.ts'],
  pino: ['ops/log.ts'],
  'prom-client': ['ops/metrics.ts'],
  ws: ['sandbox/slack/socket-mode.ts'],
};

/** What is taken from the surroundings, and the only places that may. */
const AMBIENT_ONLY_IN: Record<string, RegExp> = {
  'process.env': /^config\.ts$/,
  'process.exit': /^(app|main|sandbox\/(main|demo))\.ts$/,
  any: /^$/,
};

/** Their clock and their chance are handed in, and they do nothing at the wire. */
const WITHOUT_SURROUNDINGS = ['core', 'commands', 'schedule', 'workflows'];

function partOf(path: string): string {
  return (path.split('/')[0] ?? '').replace(/\.ts$/, '');
}

/** Whether a file is the part, or in its folder. */
function isIn(path: string, part: string): boolean {
  return path === part || path === `${part}.ts` || path.startsWith(`${part}/`);
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
    file,
    readFileSync(join(ROOT, folder, file), 'utf8'),
  ]);
}

const sources = readAll('src');

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
          return [`${partOf(file)} ${partOf(path)}`, `${partOf(file)} ${dirname(path)}`];
        }),
      ),
    );
    const allowed = Object.entries(MAY_IMPORT).flatMap(([part, { parts, packages }]) =>
      [...parts, ...packages].map((one) => `${part} ${one}`),
    );
    expect(allowed.filter((one) => !used.has(one))).toEqual([]);
  });

  test.each([
    ['core/model.ts', "import { join } from 'node:path';", ['node:path']],
    ['core/model.ts', "import type { Verb } from '../commands/verb.ts';", ['../commands/verb.ts']],
    ['core/model.ts', "export * from '../slack/blocks.ts';", ['../slack/blocks.ts']],
    ['core/model.ts', "let app: import('@slack/bolt').App;", ['@slack/bolt']],
    ['core/model.ts', "await import('../main.ts');", ['../main.ts']],
    ['core/model.ts', 'await import(name);', ['(computed)']],
    ['core/model.ts', "import { cut } from './text.ts';", []],
    [
      'slack/views/run.ts',
      "import { backup } from '../../workflows/backup.ts';",
      ['../../workflows/backup.ts'],
    ],
    ['slack/views/run.ts', "import { explain } from '../../core/problem.ts';", []],
    ['commands/now.ts', "import { backup } from '../workflows/backup.ts';", ['../workflows/backup.ts']],
    ['commands/now.ts', "import { BACKUP } from '../workflows/specs/backup.ts';", []],
    ['store/locks.ts', "import { handClock } from '../../test/hand-clock.ts';", ['../../test/hand-clock.ts']],
    ['app.ts', "import { createWorld } from './sandbox/world.ts';", ['./sandbox/world.ts']],
    ['workflows/backup.ts', "import { OpenWorkflow } from 'openworkflow';", ['openworkflow']],
    ['workflows/engine.ts', "import { BackendSqlite } from 'openworkflow/sqlite';", []],
    ['core/schedule-words.ts', "import cronstrue from 'cronstrue';", []],
    ['core/schedule.ts', "import { Cron } from 'croner';", ['croner']],
    ['schedule/routine.ts', "import Bree from 'bree';", ['bree']],
    [
      'schedule/silence.ts',
      "import { recordRequest } from '../commands/request-backup.ts';",
      ['../commands/request-backup.ts'],
    ],
    ['extras/new.ts', '', ['extras is not in the table']],
  ])('in %s, %s', (file, source, expected) => {
    expect(forbiddenImports(file, source)).toEqual(expected);
  });
});

describe('what is handed in', () => {
  test('no file takes it from its surroundings', () => {
    const found = sources.map(([file, source]) => [file, forbiddenUses(file, source)] as const);
    expect(Object.fromEntries(found.filter(([, uses]) => uses.length > 0))).toEqual({});
  });

  test.each([
    [
      'store/locks.ts',
      "const url = process.env['DATABASE_URL'] ?? process.env.URL;",
      ['process.env', 'process.env'],
    ],
    ['ops/drain.ts', 'process.exit(1);', ['process.exit']],
    ['main.ts', 'process.exit(1);', []],
    ['core/text.ts', 'const at = Date.now() + performance.now();', ['Date.now', 'performance.now']],
    ['core/text.ts', 'const at = new Date().getTime();', ['new Date()']],
    ['core/text.ts', 'const at = new Date(now).getTime();', []],
    ['workflows/stage.ts', 'setTimeout(go, 1000);', ['setTimeout']],
    ['commands/now.ts', 'const dice = Math.random();', ['Math.random']],
    ['slack/pace.ts', 'const a = b as any;', ['any']],
  ])('in %s, %s', (file, source, expected) => {
    expect(forbiddenUses(file, source)).toEqual(expected);
  });
});

describe('what no file says', () => {
  // Written so that this file does not say it either.
  const UNFINISHED = /\b(?:TO[D]O|FI[X]ME|XX[X])\b|@ts-(?:ignore|nocheck|expect-error)|biome-(?:ignore)\b/;

  test('nothing is put off, and no check is silenced', () => {
    const all = ['src', 'test', 'scripts'].flatMap((folder) => readAll(folder));
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
  /** Views that belong to no verb. */
  const SHARED_VIEWS = [
    'approval',
    'begun',
    'cancel-run',
    'checklist',
    'decided',
    'decision',
    'digest',
    'instead-of',
    'message',
    'note',
    'plan',
    'refusal',
    'rendered',
    'reply',
    'restore-by-hand',
    'run',
    'stages',
    'stuck-list',
    'task',
    'ticked',
    'verbatim',
    'vote-forms',
    'vote',
  ];
  /** What they ask for is a request like any other. */
  const WITHOUT_VIEW = ['release'];

  test.each(VERBS.map((verb) => verb.name))('%s is a command and a view of that name', (name) => {
    expect(existsSync(join(ROOT, 'src/commands', `${name}.ts`))).toBe(true);
    expect(existsSync(join(ROOT, 'src/slack/views', `${name}.ts`))).toBe(!WITHOUT_VIEW.includes(name));
  });

  test('every other view is shared by several', () => {
    const views = typeScriptFiles(join(ROOT, 'src/slack/views')).map((file) => file.replace(/\.ts$/, ''));
    expect(views.filter((view) => !VERBS.some((verb) => verb.name === view))).toEqual(SHARED_VIEWS);
  });
});
