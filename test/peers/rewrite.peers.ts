import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ServicesMachine } from '../../src/core/ports/services-machine.ts';
import { type MachineUnderTest, problemOf } from '../contracts/machine-under-test.ts';
import { REPLICATED } from '../contracts/replicated-texts.ts';
import { eventually } from '../faults/eventually.ts';
import { commandsIn } from './processes.ts';
import { startSmallMachines } from './small-machines.ts';
import { FAULTS, giveItDash } from './small-root.ts';

const PATH = '/etc/default/replicated';
const KEPT = `${PATH}.circleci-backup-rs-1`;
const AFTER = REPLICATED.replace('10.20.1.12', '10.20.7.9');
const ANSWER_MS = 50_000;

describe('a file that is being rewritten on a real machine', () => {
  let machines: Awaited<ReturnType<typeof startSmallMachines>>;
  let here: MachineUnderTest;

  beforeAll(async () => {
    machines = await startSmallMachines();
  });
  beforeEach(async () => {
    here = await machines.open();
    giveItDash(machines.server.root);
    await here.root.write(PATH, REPLICATED, '640');
  });
  afterEach(() => here.machine.close());
  afterAll(() => machines.close());

  const rewrite = (machine: ServicesMachine) => machine.rewrite(PATH, REPLICATED, AFTER, 'rs-1');
  const goOn = () => rmSync(join(machines.server.root, FAULTS, 'sync-waits'));

  /** Comes back when the new text is whole and not yet renamed. */
  async function stopBeforeRename(): Promise<{ answer: Promise<unknown> }> {
    // The original is kept already, so that the next sync is the one before the rename.
    await here.root.write(KEPT, REPLICATED, '640');
    await here.root.write(`${FAULTS}/sync-waits`, '');
    const answer = problemOf(rewrite(here.machine));
    await eventually('the new text is written', async () => {
      return (await here.root.exists(`${KEPT}.new`)) && (await here.root.read(`${KEPT}.new`)) === AFTER;
    });
    return { answer };
  }

  async function endsRight(): Promise<void> {
    expect(await here.root.read(PATH)).toBe(AFTER);
    expect(await here.root.read(KEPT)).toBe(REPLICATED);
    expect([await here.root.mode(PATH), await here.root.mode(KEPT)]).toEqual(['640', '640']);
    expect(await here.root.list('/etc/default')).toEqual(['replicated', 'replicated.circleci-backup-rs-1']);
  }

  it('is whole where the machine goes before the rename, and new after the next try', async () => {
    const { answer } = await stopBeforeRename();
    await machines.server.killCommands();
    expect(await answer).toMatchObject({ code: expect.stringMatching(/^(?:ssh-dropped|file-not-written)$/) });
    expect(await here.root.read(PATH)).toBe(REPLICATED);
    expect(await here.root.read(KEPT)).toBe(REPLICATED);
    goOn();
    const again = await here.connect({ answerMs: ANSWER_MS });
    expect(await rewrite(again)).toBe('written');
    again.close();
    await endsRight();
  });

  it('is written where only the connection goes, and found so by the next try', async () => {
    const { answer } = await stopBeforeRename();
    machines.server.drop();
    expect(await answer).toEqual({ code: 'ssh-dropped', host: '127.0.0.1', during: `writing ${PATH}` });
    goOn();
    // OpenSSH lets the command go on without its connection.
    await eventually('the command has come to its end', async () => (await here.root.read(PATH)) === AFTER);
    const again = await here.connect({ answerMs: ANSWER_MS });
    expect(await rewrite(again)).toBe('already');
    again.close();
    await endsRight();
  });

  it('is written once where the next try begins before the first has ended', async () => {
    const { answer } = await stopBeforeRename();
    machines.server.drop();
    await answer;
    const again = await here.connect({ answerMs: ANSWER_MS });
    const second = problemOf(rewrite(again));
    await eventually('the second waits as well', () => {
      return commandsIn(machines.server.root).filter((name) => name === 'sync').length === 2;
    });
    goOn();
    expect(['no problem: "written"', 'no problem: "already"']).toContain(await second);
    await eventually('nothing is at work any more', () => {
      return !commandsIn(machines.server.root).includes('sync');
    });
    expect(await rewrite(again)).toBe('already');
    again.close();
    await endsRight();
  });

  it('is not read where even root may not', async () => {
    await here.root.write(PATH, REPLICATED, '000');
    await here.root.write(`${FAULTS}/as-nobody`, '');
    expect(await problemOf(here.machine.replicatedFiles('rs-1'))).toEqual({
      code: 'file-unreadable',
      path: PATH,
    });
  });

  it('is left alone where nothing can be written beside it', async () => {
    await here.root.write(`${FAULTS}/as-nobody`, '');
    expect(await problemOf(rewrite(here.machine))).toMatchObject({
      code: expect.stringMatching(/^file-(?:not-written|unreadable)$/),
    });
    expect(await here.root.read(PATH)).toBe(REPLICATED);
    expect(await here.root.list('/etc/default')).toEqual(['replicated']);
  });
});
