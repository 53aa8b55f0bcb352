import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assemble, dockerfile, dockerStages, ignorePatterns, inBuildContext } from './image.ts';
import { importGraph } from './imports.ts';
import { ROOT, typeScriptFiles } from './source-files.ts';

const manifest: { dependencies: Record<string, string> } = JSON.parse(
  readFileSync(join(ROOT, 'package.json'), 'utf8'),
);
const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
);

describe('the Dockerfile', () => {
  const stages = dockerStages();
  const last = stages.at(-1) ?? [];
  const restOf = (word: string) => last.filter((one) => one.word === word).map((one) => one.rest);

  test('takes its Node from the version the project pins, in every stage', () => {
    expect(stages.map(([from]) => from?.rest)).toEqual(['$NODE_IMAGE AS dependencies', '$NODE_IMAGE']);
    expect(dockerfile()).toMatch(/^ARG NODE_IMAGE=node:24-slim$/m);
  });

  test('can be pinned by digest as its own words and the README say', () => {
    const argument = '--build-arg NODE_IMAGE=node:24-slim@sha256:';
    expect(dockerfile()).toContain(argument);
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(argument);
    // Before the first FROM, so that it holds for all of them; asked for nowhere else.
    expect(dockerfile().indexOf('ARG NODE_IMAGE')).toBeLessThan(dockerfile().search(/^FROM /m));
    expect(dockerfile().match(/^FROM (?!\$NODE_IMAGE)/gm)).toBeNull();
  });

  test('keeps its data from others on the machine', () => {
    expect(restOf('RUN')).toContain('mkdir -m 700 /data && chown node:node /data');
  });

  test('installs what the lock file says, without the tools of development', () => {
    expect(stages[0]?.find(({ word }) => word === 'RUN')?.rest).toBe('npm ci --omit=dev');
  });

  test('runs the bot, as somebody else than root, with its data on a volume', () => {
    expect(restOf('ENTRYPOINT')).toEqual(['["node", "src/main.ts"]']);
    expect(restOf('USER')).toEqual(['node']);
    expect(restOf('VOLUME')).toEqual(['/data']);
    expect(restOf('ENV').join(' ')).toContain('DATABASE_URL=sqlite:/data');
    const order = last.map(({ word }) => word);
    expect(order.lastIndexOf('COPY')).toBeLessThan(order.indexOf('USER'));
  });

  test.each([
    [200, 0],
    [503, 1],
  ])('its health check is a program that works: %i ends it with %i', async (answer, code) => {
    const command = /CMD (\[.*\])$/.exec(restOf('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]';
    const [, ...args]: string[] = JSON.parse(command);
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/livez' ? answer : 404).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const child = spawn(process.execPath, args, { env: { OPS_PORT: port } });
    expect(await once(child, 'exit')).toEqual([code, null]);
    server.close();
  });
});

test.each([
  ['src/app.ts', true],
  ['package-lock.json', true],
  ['sandbox/scaled-clock.ts', false],
  ['test/config/config.test.ts', false],
  ['scripts/files.ts', false],
  ['.env', false],
  ['.git/config', false],
  ['node_modules/zod/package.json', false],
  ['data/store.db', false],
])('build context: %s %s', (path, inside) => {
  expect(inBuildContext(path, ignorePatterns())).toBe(inside);
});

describe('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'circleci-backup-image-'));
  assemble(folder);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('holds the bot, and neither sandbox nor tests', () => {
    expect(existsSync(join(folder, 'src/main.ts'))).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['LICENSE', 'bin', 'package.json', 'src']);
    expect(existsSync(join(folder, 'sandbox'))).toBe(false);
    expect(typeScriptFiles(folder).filter((file) => file.endsWith('.test.ts'))).toEqual([]);
  });

  test('every module finds what it imports, and nothing of it is a tool of development', () => {
    // All files, and so also what src/main.ts reaches.
    const { files, packages } = importGraph(folder, typeScriptFiles(folder));
    expect([...files].filter((file) => file.includes('sandbox'))).toEqual([]);
    expect([...packages].filter(([name]) => manifest.dependencies[name] === undefined)).toEqual([]);
  });

  test('Node loads every module beside the production packages alone, and nothing happens at import', () => {
    for (const [path, { dev }] of Object.entries(lock.packages)) {
      if (dev || !/^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) || !existsSync(join(ROOT, path))) continue;
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      symlinkSync(join(ROOT, path), join(folder, path));
    }
    const modules = typeScriptFiles(folder).filter(
      (file) => file.startsWith('src/') && file !== 'src/main.ts',
    );
    const program = modules.map((file) => `import './${file}';`).join('\n');
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(said).toBe('');
  }, 180_000);

  test('started without settings it says what to set, and fails', () => {
    const { status, stderr } = spawnSync(process.execPath, ['src/main.ts'], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(stderr).toContain("At 'SLACK_BOT_TOKEN': not set.");
    expect(status).toBe(1);
  }, 180_000);
});
