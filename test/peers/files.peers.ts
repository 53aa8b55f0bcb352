import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../../src/core/model/target.ts';
import { noLog } from '../../src/core/ports/log.ts';
import type { OpenRestic } from '../../src/core/ports/restic.ts';
import { createOpenJobs } from '../../src/gateways/jobs/jobs.ts';
import { createOpenRestic } from '../../src/gateways/restic/restic.ts';
import { dialTcp } from '../../src/gateways/ssh/dial.ts';
import { createOpenSsh } from '../../src/gateways/ssh/open-ssh.ts';
import { type Followed, followRestic } from '../../src/workflows/files/job.ts';
import type { MachineRun } from '../../src/workflows/run/machine.ts';
import type { Tools } from '../../src/workflows/run/run.ts';
import { seed } from '../faults/drawn.ts';
import { drawsOf } from '../faults/draws.ts';
import { type ResticMachine, startResticMachine } from './restic-machine.ts';

/** FILES=20000 MIB=1000 for the whole of it. */
const FILES = Number(process.env.FILES ?? 2_000);
const BYTES = Number(process.env.MIB ?? 100) * 1024 * 1024;
const KILLS = Number(process.env.COUNT ?? 3);
const FOLDER = '/srv/objects';
const HOST = 'prod';

/** What somebody who compares two folders looks at: everything of every file. Paths are latin1, for a name may be no UTF-8. */
function everythingIn(folder: string): Map<string, string> {
  const seen = new Map<string, string>();
  const look = (path: string, name: string) => {
    const bytes = Buffer.from(path, 'latin1');
    const stat = lstatSync(bytes);
    const looks = `${stat.uid}:${stat.gid} ${(stat.mode & 0o7777).toString(8)} ${stat.isDirectory() ? '' : stat.mtimeMs}`;
    if (stat.isSymbolicLink()) seen.set(name, `${looks} -> ${readlinkSync(bytes)}`);
    else if (stat.isDirectory()) {
      seen.set(name, looks);
      for (const inner of readdirSync(bytes, { encoding: 'latin1' }))
        look(`${path}/${inner}`, `${name}/${inner}`);
    } else seen.set(name, `${looks} ${createHash('sha256').update(readFileSync(bytes)).digest('hex')}`);
  };
  look(folder, '');
  return seen;
}

describe(`files of ${BYTES / 1024 ** 2} MiB, with a real restic behind a real sshd (SEED=${seed})`, () => {
  let machine: ResticMachine;
  let folder: string;
  let openRestic: OpenRestic;
  const { number: draw, one } = drawsOf(seed);
  const access = {
    repository: '/backup/repository',
    password: 'correct-horse-battery-staple',
    environment: {},
    path: 'restic',
    timeoutMs: 3_600_000,
    pruneEveryMs: 7 * 24 * 3_600_000,
    checkWithinMs: 30 * 24 * 3_600_000,
  };

  function write(i: number): void {
    const path = join(folder, `d${i % 40}`, `${i} it's "a" $(file)\n${i}`);
    mkdirSync(join(folder, `d${i % 40}`), { recursive: true });
    const bytes = Buffer.alloc(Math.round((BYTES / FILES) * 2 * draw()));
    for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE((draw() * 2 ** 32) >>> 0, at);
    writeFileSync(path, bytes);
    chmodSync(path, [0o644, 0o600, 0o4755, 0o400][i % 4] ?? 0o644);
    chownSync(path, i % 7, i % 5);
    utimesSync(path, 1_500_000_000 + i, 1_500_000_000 + i);
  }

  function empty(): void {
    execFileSync('/bin/rm', ['-rf', folder]);
    mkdirSync(folder);
  }

  beforeAll(async () => {
    machine = await startResticMachine();
    folder = join(machine.server.root, FOLDER);
    for (let i = 0; i < FILES; i += 1) write(i);
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/not utf8 `), Buffer.from([0xff, 0xfe])]), 'x');
    symlinkSync('nowhere', join(folder, 'link'));
    const openJobs = createOpenJobs(
      createOpenSsh({
        dial: dialTcp,
        clock: { now: () => Date.now(), sleep: (ms) => new Promise((end) => setTimeout(end, ms)) },
        log: noLog,
      }),
    );
    openRestic = createOpenRestic(openJobs, () => Date.now());
    await onMachine((restic) => restic.open());
  });
  afterAll(() => machine?.close());

  async function onMachine<T>(work: (restic: Awaited<ReturnType<OpenRestic>>) => Promise<T>): Promise<T> {
    const restic = await openRestic(machine.address, access, {
      signal: new AbortController().signal,
      patienceMs: 10_000,
    });
    try {
      return await work(restic);
    } finally {
      restic.close();
    }
  }

  /** Follows a job as a run does, in a process that may be told to stop; another one goes on then. */
  function follow(work: Parameters<typeof followRestic>[3], stopping: AbortSignal): Promise<Followed> {
    const { host, port, user, privateKey, hostKeys } = machine.address;
    const ssh = { user, port, privateKey, hostKeys: [...hostKeys], address: 'private' as const };
    const target = { name: HOST, ssh, restic: access } as unknown as Target;
    const context = {
      targets: [target],
      clock: { now: () => Date.now(), sleep: async () => undefined },
      openRestic,
    };
    const run = { context, target: HOST } as unknown as MachineRun;
    const tools = {
      signal: stopping,
      show: async () => undefined,
      tell: async () => undefined,
      throwIfCanceled: async () => undefined,
      async until<T>(look: () => Promise<T | undefined>): Promise<T> {
        for (;;) {
          stopping.throwIfAborted();
          const found = await look();
          if (found !== undefined) return found;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    } as unknown as Tools;
    return followRestic(run, tools, { host, hostKey: hostKeys[0] ?? '' }, work);
  }

  const FAULTS: Record<string, (stop: AbortController) => unknown> = {
    'the connection goes': () => machine.server.drop(),
    'restic is killed': () => machine.killRestic(),
    'everything on the machine is killed': () => machine.server.killCommands(),
    'the bot is stopped': (stop) => stop.abort(new Error('stopping')),
  };

  /** Until it has ended, with a fault at a moment that is drawn. */
  async function followThrough(work: Parameters<typeof followRestic>[3], withinMs: number): Promise<string> {
    const name = one(Object.keys(FAULTS));
    const atMs = Math.round(draw() * withinMs);
    const stop = new AbortController();
    const timer = setTimeout(() => void FAULTS[name]?.(stop), atMs);
    for (;;) {
      try {
        const followed = await follow(work, stop.signal.aborted ? new AbortController().signal : stop.signal);
        clearTimeout(timer);
        const code = followed.kind === 'heard' ? followed.look.code : 'there';
        if (code !== 0 && code !== 'there') throw new Error(`restic ended with ${code}`);
        return `${name} after ${atMs} ms`;
      } catch (error) {
        if (!stop.signal.aborted || !(error instanceof Error) || error.message !== 'stopping') throw error;
      }
    }
  }

  const backup = (runId: string) => ({
    name: `${runId}.files`,
    task: { does: 'backup' as const, host: HOST, runId, paths: [FOLDER] },
    during: 'a backup',
    isThere: async (restic: Awaited<ReturnType<OpenRestic>>) =>
      (await restic.snapshots(HOST, runId)).some(({ files }) => files !== undefined),
  });

  it('are copied, then what has changed alone, and come back byte by byte', async () => {
    const never = new AbortController().signal;
    await follow(backup('bk-first'), never);
    for (let i = 0; i < FILES; i += 100) write(i);
    const before = everythingIn(folder);
    await follow(backup('bk-second'), never);
    const [second, first] = await onMachine((restic) => restic.snapshots(HOST));
    expect([first?.files, second?.files]).toEqual([FILES + 1, FILES + 1]);
    expect((second?.addedBytes ?? 0) / (first?.addedBytes ?? 1)).toBeLessThan(0.05);
    empty();
    const task = { does: 'restore' as const, snapshotId: second?.id ?? '' };
    const ended = await follow({ name: 'rs-first.files-1', task, during: 'a restore' }, never);
    const size = await onMachine((restic) => restic.sizeOf(second?.id ?? ''));
    expect(ended.kind === 'heard' && ended.look.said.restore).toEqual(size);
    expect(everythingIn(folder)).toEqual(before);
  });

  it('are whole whatever dies at whatever moment, and no backup has two snapshots', async () => {
    const before = everythingIn(folder);
    const played: string[] = [];
    for (let i = 1; i <= KILLS; i += 1) {
      // New data, so that there is a while in which something can die.
      write(i);
      for (let j = 1; j < FILES; j += 20) write(j);
      const now = everythingIn(folder);
      played.push(`backup ${i}: ${await followThrough(backup(`bk-kill-${i}`), 3_000)}`);
      const made = await onMachine((restic) => restic.snapshots(HOST, `bk-kill-${i}`));
      expect([played.at(-1), made.length]).toEqual([played.at(-1), 1]);
      empty();
      const task = { does: 'restore' as const, snapshotId: made[0]?.id ?? '' };
      const work = { name: `rs-kill-${i}.files-1`, task, during: 'a restore' };
      played.push(`restore ${i}: ${await followThrough(work, 3_000)}`);
      expect([played.at(-1), everythingIn(folder)]).toEqual([played.at(-1), now]);
    }
    expect(before.size).toBeGreaterThan(FILES);
  });
});
