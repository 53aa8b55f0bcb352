// Loaded before the tests, for the clock of the EC2 calls does not wait.
import '../../src/gateways/ec2/ec2.ts';
import { measureAcks } from './ack.ts';
import { measureCleanup } from './cleanup.ts';
import { measureEc2Calls } from './ec2-calls.ts';
import { median, percentile, spreadPercent } from './figures.ts';
import { fleetTable, fleetVerdict, runFleet } from './fleet-run.ts';
import { tableOf } from './report.ts';
import { measureRestore } from './restore.ts';

describe('figures', () => {
  it('takes percentiles by nearest rank and medians by the middle', () => {
    const values = [5, 1, 4, 2, 3];
    expect(percentile(values, 0.5)).toBe(3);
    expect(percentile(values, 0.99)).toBe(5);
    expect(percentile([], 0.5)).toBeNaN();
    expect(median(values)).toBe(3);
    expect(median([1, 2, 3, 10])).toBe(2.5);
    expect(spreadPercent([8, 10, 14])).toBe(30);
    expect(spreadPercent([7])).toBe(0);
  });

  it('says whether an aim was reached', () => {
    const at = (name: string, ours: number[]) =>
      ({ name, unit: 'ms', baseline: [10, 12, 11], ours, aim: 1.25 }) as const;
    expect(tableOf([at('fast', [12, 12, 12]), at('slow', [15, 14, 16])])).toBe(
      [
        'measure   baseline       ours  ratio    aim  verdict',
        '-------  ---------  ---------  -----  -----  -------',
        'fast     11 ms ±9%  12 ms ±0%  1.09x  1.25x  reached',
        'slow     11 ms ±9%  15 ms ±7%  1.36x  1.25x   missed',
      ].join('\n'),
    );
  });
});

describe('the parts of the benchmark, each in its smallest size', () => {
  it('starts both programs, and times their acks in turn', async () => {
    const rows = await measureAcks({ rounds: 1, seconds: 0.1, perSecond: 50 });
    expect(rows.map((row) => [row.name, row.baseline.length, row.ours.length])).toEqual([
      ['ack at 50 commands/s, p50', 1, 1],
      ['ack at 50 commands/s, p99', 1, 1],
    ]);
    for (const row of rows) for (const ms of [...row.baseline, ...row.ours]) expect(ms).toBeGreaterThan(0);
  }, 180_000);

  it('backs a fleet up by a bot in its own process, and tells what that took', async () => {
    const run = await runFleet({ size: 2, speed: 1_000, settleMs: 100 });
    expect(run.idleMb).toBeGreaterThan(50);
    expect(run.peakMb).toBeGreaterThanOrEqual(run.waitingMb);
    expect(run.calls.ec2.CreateImage).toBe(2);
    const larger = { ...run, size: 4, waitingMb: run.waitingMb * 3 };
    expect(fleetTable([run, larger]).split('\n')).toHaveLength(3);
    expect(fleetVerdict([run, run])).toMatch(/size: missed\. Memory .*: reached \(1\.00x\)/);
    expect(fleetVerdict([run, larger])).toMatch(/size: reached\. Memory .*: missed \(3\.00x\)/);
  }, 180_000);

  it('restores by a script and by the bot, and tells what the bot adds', async () => {
    const quick = { pending: 5, checks: 5, console: 5, stopping: 5 };
    const { measures, details } = await measureRestore({
      rounds: 1,
      speed: 100,
      world: {
        ec2: { machineSeconds: quick, snapshotSeconds: { min: 2, max: 5 } },
        machines: { timing: { boot: 5_000, replicated: 3_000, appStart: 15_000, appStop: 5_000 } },
      },
    });
    const [measure] = measures;
    // The same waits on both sides, so that neither can be much shorter than they are.
    expect(measure?.baseline[0]).toBeGreaterThan(20_000);
    expect(measure?.ours[0]).toBeGreaterThan(20_000);
    expect(details[0]).toMatch(/^A restore takes [\d.]+ min of waits .* The bot adds -?[\d.]+ s/);
  }, 120_000);

  it('counts the EC2 calls of both', async () => {
    const { measures, details } = await measureEc2Calls({ size: 2, speed: 1_000 });
    // How often somebody looks depends on how busy the machine is.
    expect(measures[0]?.baseline[0]).toBeGreaterThan(1);
    expect(measures[0]?.ours[0]).toBeGreaterThan(1);
    expect(details[0]).toMatch(/the script: DescribeImages \d+, CreateImage 2 \(together \d+\)$/);
    expect(details[1]).toMatch(/CreateImage \(dry run\) 2.*EBS direct API: ListSnapshotBlocks 2/);
  }, 180_000);

  it('deletes builds in one session, and in a console each', async () => {
    const { measures, details } = await measureCleanup({
      size: 2,
      rounds: 1,
      consoles: 1,
      loadMs: 20,
      formMs: 1,
    });
    expect(measures.map((row) => [row.baseline.length, row.ours.length])).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(details[0]).toMatch(/One session: 8 forms for 2 builds/);
  }, 180_000);
});
