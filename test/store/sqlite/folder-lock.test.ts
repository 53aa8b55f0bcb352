import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../../src/store/sqlite/database.ts';
import { tempFolder } from '../temp-folder.ts';

const DATABASE = fileURLToPath(new URL('../../../src/store/sqlite/database.ts', import.meta.url));
const redact = (text: string) => text;

describe('a folder has one owner', () => {
  let temp: ReturnType<typeof tempFolder>;
  let child: ChildProcess | undefined;
  beforeEach(() => {
    temp = tempFolder();
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    child = undefined;
    temp.remove();
  });

  it('refuses a second store of the same process', async () => {
    const now = () => Date.UTC(2026, 9, 1, 3, 14);
    const first = await openStore({ folder: temp.folder, redact, now });
    await expect(openStore({ folder: temp.folder, redact })).rejects.toMatchObject({
      problem: {
        code: 'store-unavailable',
        reason: `another circleci-backup uses the folder ${temp.folder}`,
        next: expect.stringMatching(/^Stop process \d+ on \S+\. One folder serves one bot\.$/),
      },
    });
    await first.checkWritable();
    await first.close();
    await (await openStore({ folder: temp.folder, redact })).close();
  });

  it('refuses a second process until the first is killed; what that one kept is there', async () => {
    const running = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { openStore } = await import(${JSON.stringify(DATABASE)});
         const store = await openStore({ folder: ${JSON.stringify(temp.folder)}, redact: (text) => text });
         await store.locks.acquire({ target: 'prod', runId: 'bk-1', requester: { userId: 'U1', teamId: 'T1' },
           since: 1, workflow: 'backup', input: {} });
         await store.messages.put({ id: 'run/1', channel: 'C1', broadcast: false, final: false,
           view: { kind: 'note', runId: 'bk-1', text: 'x', tone: 'info' } }, 1);
         await store.messages.claim('run/1');
         console.log('ready');
         setInterval(() => {}, 60000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
    );
    child = running;
    await once(running.stdout, 'data');
    await expect(openStore({ folder: temp.folder, redact })).rejects.toMatchObject({
      problem: { next: expect.stringContaining(`Stop process ${running.pid} on`) },
    });

    const exited = once(running, 'exit');
    running.kill('SIGKILL');
    await exited;
    const store = await openStore({ folder: temp.folder, redact });
    expect(await store.locks.ofTarget('prod')).toMatchObject({ runId: 'bk-1' });
    expect(await store.messages.forgetSender()).toBe(1);
    expect((await store.messages.get('run/1'))?.state).toBe('unknown');
    await store.close();
  });
});
