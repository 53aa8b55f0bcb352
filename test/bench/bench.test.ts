// Loaded before the tests, for the clock of the EC2 calls does not wait.
import '../../src/gateways/ec2/ec2.ts';
import { measureAcks } from './ack.ts';
import { measureEc2Calls } from './ec2-calls.ts';
import { median, percentile, spreadPercent } from './figures.ts';
import { tableOf } from './report.ts';

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
  }, 30_000);

  it('counts the EC2 calls of both', async () => {
    const { measures, details } = await measureEc2Calls({ size: 2, speed: 1_000 });
    expect(measures[0]?.baseline[0]).toBeGreaterThan(10);
    expect(measures[0]?.ours[0]).toBeGreaterThan(10);
    expect(details[0]).toMatch(/the script: DescribeImages \d+, CreateImage 2 \(together \d+\)$/);
    expect(details[1]).toMatch(/CreateImage \(dry run\) 2.*EBS direct API: ListSnapshotBlocks 2/);
  }, 30_000);
});
