import { availableParallelism, loadavg } from 'node:os';
import { measureAcks } from './ack.ts';
import { measureEc2Calls } from './ec2-calls.ts';
import { IMAGE_SECONDS } from './fleet.ts';
import { tableOf } from './report.ts';
import { benchRetention } from './retention.ts';
import { measureStarts } from './start.ts';
import { measureWaitingRuns } from './waiting-runs.ts';

const FLEET = 100;
/** Slow enough that a hundred polling scripts keep their pace on two cores. */
const FLEET_SPEED = 30;
const ONE_SPEED = 200;

const say = (line: string) => process.stdout.write(`${line}\n`);

const startedAt = performance.now();
say(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before. Both sides run in turn in this run, on ` +
    'loopback, against the sandbox. Figures are medians of the rounds; ± is half of what lies between the best and the ' +
    'worst round, in percent of the median. Takes two to three minutes.',
);

say('Starting both, a few times ...');
const starts = await measureStarts({ rounds: 4 });
say('Acks under load ...');
const acks = await measureAcks({ rounds: 5, seconds: 5, perSecond: 100 });
say('Memory of waiting runs ...');
const memory = await measureWaitingRuns(FLEET);
say('EC2 calls ...');
const one = await measureEc2Calls({ size: 1, speed: ONE_SPEED });
const ten = await measureEc2Calls({ size: 10, speed: ONE_SPEED });
const fleet = await measureEc2Calls({ size: FLEET, speed: FLEET_SPEED, aim: 0.1 });
// A thousand at once takes minutes of both cores: asked for by --fleet.
const thousand = process.argv.includes('--fleet')
  ? await measureEc2Calls({ size: 1_000, speed: FLEET_SPEED / 3 })
  : undefined;
say('Planning of retention ...');
benchRetention(say);

const { idleMb, waitingMb } = memory;
say('');
say(
  tableOf([
    ...acks,
    ...starts,
    ...one.measures,
    ...ten.measures,
    ...fleet.measures,
    ...(thousand?.measures ?? []),
  ]),
);
say('');
say(
  `Images take ${IMAGE_SECONDS.min / 60} to ${IMAGE_SECONDS.max / 60} minutes on the clock. EC2 calls, dry runs included:`,
);
for (const line of [...one.details, ...ten.details, ...fleet.details, ...(thousand?.details ?? [])])
  say(`  ${line}`);
say(
  `Memory with ${FLEET} runs waiting: ${idleMb.toFixed(0)} MB before, ${waitingMb.toFixed(0)} MB with them, ` +
    `${((waitingMb - idleMb) / FLEET).toFixed(2)} MB a run.`,
);
say(
  `Baseline of the acks and starts: test/bench/bare-bolt.ts; of the EC2 calls: test/bench/polling-script.ts. ` +
    `Took ${((performance.now() - startedAt) / 1000).toFixed(0)} s; load ${loadavg()[0]?.toFixed(1)} after.`,
);
