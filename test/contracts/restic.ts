import type { ResticAccess } from '../../src/core/model/restic.ts';
import type { Restic, ResticLook, ResticTask } from '../../src/core/ports/restic.ts';
import { eventually } from '../faults/eventually.ts';
import type { MachineRoot } from './machine-under-test.ts';
import { problemOf } from './machine-under-test.ts';

export interface ResticUnderTest {
  open(access: ResticAccess): Promise<Restic>;
  /** Of the machine on which it works. */
  root: Pick<MachineRoot, 'read' | 'write' | 'exists' | 'list' | 'mode'> & {
    remove(path: string): Promise<void>;
  };
  /** What is in the repository is not what was written. */
  damage(): Promise<void>;
  /** A program that is restic 0.14. */
  oldPath: string;
  close(): Promise<void>;
}

const ACCESS: ResticAccess = {
  repository: '/backup/repository',
  password: 'correct horse "battery" $(staple)',
  environment: {},
  path: 'restic',
  timeoutMs: 3_600_000,
  pruneEveryMs: 7 * 24 * 3_600_000,
  checkWithinMs: 30 * 24 * 3_600_000,
};
const HOST = 'prod';
const FOLDER = '/srv/objects';
/** A backup of so much can be ended before it is done. */
const MANY = 6 * 1024 * 1024;

/** What restic does, whoever answers at the other end of the wire. */
export function resticContract(name: string, start: () => Promise<ResticUnderTest>): void {
  describe(`restic: ${name}`, () => {
    let here: ResticUnderTest;
    let restic: Restic;
    let made = 0;

    beforeAll(async () => {
      here = await start();
      restic = await here.open(ACCESS);
      await here.root.write(`${FOLDER}/a b`, 'one', '640');
      await here.root.write(`${FOLDER}/it's`, 'two');
      await here.root.write(`${FOLDER}/deep/er`, 'three');
    });
    afterAll(async () => {
      restic?.close();
      await here?.close();
    });

    async function ended(job: { name: string; attempt: number }): Promise<ResticLook> {
      let last: ResticLook | undefined;
      await eventually(
        'restic has ended',
        async () => {
          last = await restic.look(job);
          return last.state === 'ended' || last.state === 'died';
        },
        () => JSON.stringify(last),
      );
      if (last === undefined) throw new Error('nobody looked');
      return last;
    }

    async function ran(task: ResticTask, by: Restic = restic): Promise<ResticLook> {
      made += 1;
      const job = { name: `bk-20261123-0314-${process.pid}-${made}.files`, attempt: 1 };
      await by.start(job, task);
      return ended(job);
    }
    const backup = (runId: string, paths = [FOLDER]) => ran({ does: 'backup', host: HOST, runId, paths });

    it('is new enough, and makes its repository once', async () => {
      expect(await restic.version()).toMatch(/^0\.(?:1[89]|[2-9]\d)\./);
      expect(await problemOf(restic.snapshots(HOST))).toMatchObject({ code: 'repository-missing' });
      const first = await restic.open();
      expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-f]{64}$/), isNew: true });
      expect(await restic.open()).toEqual({ id: first.id, isNew: false });
      expect(await restic.snapshots(HOST)).toEqual([]);
    });

    it('backs up, and finds the snapshot by its tag', async () => {
      const { code, said } = await backup('bk-1');
      expect([code, said.errorCount]).toEqual([0, 0]);
      expect(said.backup).toMatchObject({ files: 3, bytes: 11 });
      const [found, ...more] = await restic.snapshots(HOST, 'bk-1');
      expect(more).toEqual([]);
      expect(found).toMatchObject({
        id: said.backup?.snapshotId,
        host: HOST,
        tags: ['run=bk-1'],
        paths: [FOLDER],
        files: 3,
        bytes: 11,
      });
      expect(await restic.snapshots(HOST, 'bk-2')).toEqual([]);
      expect(await restic.snapshots('other')).toEqual([]);
    });

    it('copies what is new alone, and tells of a path that is not there', async () => {
      await here.root.write(`${FOLDER}/new`, 'x'.repeat(1000));
      const { said } = await backup('bk-2', [FOLDER, '/srv/none']);
      expect(said.errors).toEqual(['/srv/none does not exist, skipping']);
      const [last, first] = await restic.snapshots(HOST);
      expect([last?.tags, first?.tags]).toEqual([['run=bk-2'], ['run=bk-1']]);
      expect(last?.files).toBe(4);
      expect(last?.addedBytes).toBeLessThan(20_000);
    });

    it('brings the files back where they were, as they were, and leaves what is equal', async () => {
      const [snapshot] = await restic.snapshots(HOST, 'bk-1');
      const size = await restic.sizeOf(snapshot?.id ?? '');
      expect(size.bytes).toBe(11);
      await here.root.remove(`${FOLDER}/a b`);
      await here.root.write(`${FOLDER}/it's`, 'TWO');
      for (let time = 1; time <= 2; time += 1) {
        const { code, said } = await ran({ does: 'restore', snapshotId: snapshot?.id ?? '' });
        expect([code, said.restore]).toEqual([0, size]);
        expect(await here.root.read(`${FOLDER}/a b`)).toBe('one');
        expect(await here.root.mode(`${FOLDER}/a b`)).toBe('640');
        expect(await here.root.read(`${FOLDER}/it's`)).toBe('two');
        // What came later stays.
        expect(await here.root.exists(`${FOLDER}/new`)).toBe(true);
      }
    });

    it('ends where it is asked to, and leaves no lock', async () => {
      await here.root.write(`${FOLDER}/large`, Array.from({ length: MANY }, (_, i) => i % 251).join());
      made += 1;
      const job = { name: `bk-20261123-0314-${process.pid}-${made}.files`, attempt: 1 };
      await restic.start(job, { does: 'backup', host: HOST, runId: 'bk-3', paths: [FOLDER] });
      await restic.cancel(job);
      expect((await ended(job)).code).not.toBe(0);
      expect(await restic.snapshots(HOST, 'bk-3')).toEqual([]);
      expect(await restic.unlockStale()).toEqual([]);
    });

    it('prunes, and checks a part of what is there', async () => {
      expect((await ran({ does: 'prune' })).code).toBe(0);
      const { code, said } = await ran({ does: 'check', part: 1, parts: 1 });
      expect([code, said.check]).toEqual([0, { errors: 0 }]);
    });

    it('forgets, and looks whether they are gone', async () => {
      const [snapshot] = await restic.snapshots(HOST, 'bk-1');
      const id = snapshot?.id ?? '';
      expect(await restic.forget([id])).toEqual([]);
      expect(await restic.forget([id])).toEqual([]);
      expect(await restic.snapshots(HOST, 'bk-1')).toEqual([]);
      expect(await restic.forget([])).toEqual([]);
    });

    it.each([
      ['a wrong password', { password: 'wrong password' }, 'repository-password'],
      ['no repository', { repository: '/backup/none' }, 'repository-missing'],
      ['no program', { path: 'restic-none' }, 'restic-missing'],
    ])('tells of %s', async (_what, more, code) => {
      const other = await here.open({ ...ACCESS, ...more });
      expect(await problemOf(other.snapshots(HOST))).toMatchObject({ code });
      other.close();
    });

    it('refuses one that is too old', async () => {
      const other = await here.open({ ...ACCESS, path: here.oldPath });
      expect(await problemOf(other.version())).toEqual({
        code: 'restic-old',
        version: '0.14.0',
        needs: '0.17.1',
        path: here.oldPath,
      });
      other.close();
    });

    it('finds damage', async () => {
      await here.damage();
      const { code, said } = await ran({ does: 'check', part: 1, parts: 1 });
      expect(code).not.toBe(0);
      expect((said.check?.errors ?? 0) + said.errorCount + said.other.length).toBeGreaterThan(0);
    });
  });
}
