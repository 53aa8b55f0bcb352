import { OpenWorkflow } from 'openworkflow';
import { engineSchema, type PostgresAddress } from '../../../src/core/model/database.ts';
import { TakenOverError } from '../../../src/core/store/fence.ts';
import { openPostgresStore, type PostgresStore } from '../../../src/store/postgres/database.ts';
import { trackOwners } from '../../../src/workflows/engine/owners.ts';
import { postgresBackend } from '../../../src/workflows/engine/postgres-backend.ts';
import { message } from '../../contracts/store/fixtures.ts';
import { eventually } from '../../faults/eventually.ts';
import { type PostgresServer, startPostgres } from './server.ts';

let server: PostgresServer;
let address: PostgresAddress;
let ours: PostgresStore;
let theirs: PostgresStore;
const redact = (text: string) => text;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  address = server.address();
  ours = await openPostgresStore({ address, redact });
  theirs = await openPostgresStore({ address, redact });
});
afterEach(async () => {
  await ours.close();
  await theirs.close();
});

describe('a lease', () => {
  it('is one holder’s until it has run out, and each other holder has a higher fence', async () => {
    const racing = await Promise.all(
      [1, 2, 3, 4, 5, 6].map((n) => (n % 2 ? ours : theirs).leases.take('duties', `p${n}`, 60_000)),
    );
    expect(racing.filter((fence) => fence !== undefined)).toEqual([1]);
    const holder = `p${racing.indexOf(1) + 1}`;
    expect(await theirs.leases.take('duties', holder, 60_000)).toBe(1);
    await server.sql(`update ${address.schema}.leases set until = 0`);
    // Nobody else took it meanwhile.
    expect(await ours.leases.take('duties', holder, 60_000)).toBe(1);
    await ours.leases.release('duties', 'somebody else');
    expect(await theirs.leases.take('duties', 'b', 60_000)).toBeUndefined();
    await ours.leases.release('duties', holder);
    expect(await theirs.leases.take('duties', 'b', 60_000)).toBe(2);
    expect(await ours.leases.take('other', holder, 60_000)).toBe(1);
  });

  it('runs out by the server’s clock', async () => {
    expect(await ours.leases.take('duties', 'a', 300)).toBe(1);
    expect(await theirs.leases.take('duties', 'b', 60_000)).toBeUndefined();
    await eventually('it has run out', async () => (await theirs.leases.take('duties', 'b', 60_000)) === 2);
  });

  it('fences off whoever had it: nothing more of theirs is written', async () => {
    const before = (await ours.leases.take('duties', 'a', 60_000)) ?? 0;
    const mine = ours.whileLeased('duties', before);
    await mine.messages.put(message('run/1'), 1);
    await server.sql(`update ${address.schema}.leases set until = 0`);
    await theirs.leases.take('duties', 'b', 60_000);
    await expect(mine.messages.put(message('run/2'), 1)).rejects.toThrow(TakenOverError);
    await expect(mine.messages.setSent('run/1', '1.1', 1)).rejects.toThrow(TakenOverError);
    await expect(
      mine.transaction((tx) => tx.audit.append({ at: 1, kind: 'read', verb: 'list', detail: {} })),
    ).rejects.toThrow(TakenOverError);
    expect(await ours.audit.count({})).toBe(0);
    expect(await mine.messages.unsent()).toMatchObject([{ id: 'run/1', state: 'new' }]);
  });

  it('does not go while something of it is being written', async () => {
    const fence = (await ours.leases.take('duties', 'a', 60_000)) ?? 0;
    await server.sql(`update ${address.schema}.leases set until = 0`);
    const order: string[] = [];
    let taking: Promise<unknown> = Promise.resolve();
    await ours.whileLeased('duties', fence).transaction(async (tx) => {
      taking = theirs.leases.take('duties', 'b', 60_000).then(() => order.push('taken'));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await tx.messages.put(message('run/1'), 1);
      order.push('written');
    });
    await taking;
    expect(order).toEqual(['written', 'taken']);
  });
});

describe('a run', () => {
  it('is found by its id after a day, when the engine would start a second one', async () => {
    const backend = await postgresBackend(address);
    const workflows = new OpenWorkflow({ backend });
    const backup = workflows.defineWorkflow({ name: 'backup' }, async () => null);
    const { workflowRun } = await backup.run({}, { idempotencyKey: 'bk-1' });
    await server.sql(
      `update ${engineSchema(address)}.workflow_runs set created_at = now() - interval '25 hours'`,
    );
    expect(await theirs.engineRunOf({ workflow: 'backup', runId: 'bk-1' })).toBe(workflowRun.id);
    expect(await theirs.engineRunOf({ workflow: 'restore', runId: 'bk-1' })).toBeUndefined();
    expect((await backup.run({}, { idempotencyKey: 'bk-1' })).workflowRun.id).not.toBe(workflowRun.id);
    await backend.stop();
  });

  it('belongs to one worker: what another one still writes of it is not written, and its calls are not made', async () => {
    const backend = await postgresBackend(address);
    const other = await postgresBackend(address);
    const backup = new OpenWorkflow({ backend }).defineWorkflow({ name: 'backup' }, async () => null);
    const { workflowRun } = await backup.run({}, { idempotencyKey: 'bk-1' });
    let now = 0;
    const owners = trackOwners(backend, () => now);
    await backend.claimWorkflowRun({ workerId: 'w1', leaseDurationMs: 30_000 });
    const owner = owners.of(workflowRun.id);
    expect(owner?.workerId).toBe('w1');
    const mine = ours.whileRunning({ engineId: workflowRun.id, workerId: 'w1' });
    await mine.messages.put(message('run/1'), 1);
    now = 25_000;
    await owner?.check();

    const runs = `${engineSchema(address)}.workflow_runs`;
    await server.sql(`update ${runs} set available_at = now() - interval '1 second'`);
    // Nobody may claim it while it is written.
    await mine.transaction(async (tx) => {
      await tx.messages.put(message('run/1', 'second'), 1);
      expect(await other.claimWorkflowRun({ workerId: 'w2', leaseDurationMs: 30_000 })).toBeNull();
    });
    expect(await other.claimWorkflowRun({ workerId: 'w2', leaseDurationMs: 30_000 })).toMatchObject({
      id: workflowRun.id,
    });
    await expect(mine.messages.put(message('run/1', 'third'), 1)).rejects.toThrow(TakenOverError);
    // Sure by its own clock; then it asks.
    await owner?.check();
    now = 50_000;
    await expect(owner?.check()).rejects.toThrow(TakenOverError);
    await backend.stop();
    await other.stop();
  });
});

describe('a word to the other processes', () => {
  it('is heard by them, not by oneself, and again after the server was away', async () => {
    const heard: string[] = [];
    const own: string[] = [];
    ours.hear((word) => own.push(word));
    theirs.hear((word) => heard.push(word));
    const told = (word: string) =>
      eventually(`${word} is heard`, () => {
        ours.tell(word);
        return heard.includes(word);
      });
    await told('bk-1 has spaces');
    await server.stop('fast');
    ours.tell('nobody hears this');
    await server.start();
    await told('bk-2');
    expect(own).toEqual([]);
    expect(heard).not.toContain('nobody hears this');
  });
});
