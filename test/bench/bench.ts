import { availableParallelism, loadavg } from 'node:os';
import { measureAcks } from './ack.ts';
import { measureCleanup } from './cleanup.ts';
import { measureCommandLine } from './command-line.ts';
import { callsInWords, measureEc2Calls } from './ec2-calls.ts';
import { IMAGE_SECONDS } from './fleet.ts';
import { type FleetRun, fleetTable, fleetVerdict, runFleet } from './fleet-run.ts';
import { runProcesses } from './processes.ts';
import { tableOf } from './report.ts';
import { measureRestore } from './restore.ts';
import { benchRetention } from './retention.ts';
import { measureStarts } from './start.ts';
import { measureWaitingRuns } from './waiting-runs.ts';

const FLEET = 100;
/** Slow enough that a hundred polling scripts keep their pace on two cores. */
const FLEET_SPEED = 30;
const ONE_SPEED = 200;
/** How fast the clock goes for a fleet of each size: as fast as two cores can keep up with. */
const FLEETS = [
  { size: 1, speed: 60 },
  { size: 10, speed: 60 },
  { size: 100, speed: 30 },
  { size: 1_000, speed: 10 },
];

const say = (line: string) => process.stdout.write(`${line}\n`);

if (process.argv.includes('--fleet')) await fleets();
else if (process.argv.includes('--processes')) await processes();
else await sideBySide();

/** What is asked for by `--fleet`: it keeps both cores busy for some three minutes. */
async function fleets(): Promise<void> {
  const startedAt = performance.now();
  say(
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before. Fleets that are backed up at once, ` +
      'from the requests to the last complete backup, by the bot in a process of its own against the sandbox. Images take ' +
      `${inMinutes()} minutes on a clock that goes ${FLEETS.map(({ speed }) => speed).join(', ')} times as fast. Memory is ` +
      'resident; idle and waiting after a garbage collection.',
  );
  const runs: FleetRun[] = [];
  for (const fleet of FLEETS) {
    say(`${fleet.size} at once ...`);
    runs.push(await runFleet(fleet));
  }
  say('');
  say(fleetTable(runs));
  say('');
  for (const { size, calls } of runs)
    say(`  ${size} at once: ${callsInWords(calls.ec2)}; EBS direct API: ${callsInWords(calls.ebs)}`);
  say(fleetVerdict(runs));
  say(
    `Took ${((performance.now() - startedAt) / 1000).toFixed(0)} s; load ${loadavg()[0]?.toFixed(1)} after.`,
  );
}

/** What is asked for by `--processes`: several bots on one PostgreSQL, which has to be installed. */
async function processes(): Promise<void> {
  say(`Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before.`);
  for (const count of [1, 2, 4]) {
    const { idlePerSecond, connections, takeoverMs } = await runProcesses({
      processes: count,
      idleMs: 20_000,
    });
    const taken =
      takeoverMs === undefined
        ? ''
        : `, a killed one’s run taken over after ${(takeoverMs / 1_000).toFixed(1)} s`;
    say(
      `${count} on one database: ${idlePerSecond.toFixed(1)} queries a second when idle, ${connections} connections${taken}`,
    );
  }
}

function inMinutes(): string {
  return `${IMAGE_SECONDS.min / 60} to ${IMAGE_SECONDS.max / 60}`;
}

async function sideBySide(): Promise<void> {
  const startedAt = performance.now();
  say(
    `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)} before. Both sides run in turn in this run, on ` +
      'loopback, against the sandbox. Figures are medians of the rounds; ± is half of what lies between the best and the ' +
      'worst round, in percent of the median. Takes about ten minutes.',
  );

  say('Starting both, a few times ...');
  const starts = await measureStarts({ rounds: 4 });
  say('The command line ...');
  const typed = await measureCommandLine({ rounds: 15 });
  say('Acks under load ...');
  const acks = await measureAcks({ rounds: 5, seconds: 5, perSecond: 100 });
  say('Memory of waiting runs ...');
  const memory = await measureWaitingRuns(FLEET);
  say('EC2 calls ...');
  const one = await measureEc2Calls({ size: 1, speed: ONE_SPEED });
  const ten = await measureEc2Calls({ size: 10, speed: ONE_SPEED });
  const fleet = await measureEc2Calls({ size: FLEET, speed: FLEET_SPEED, aim: 0.1 });
  say('Planning of retention ...');
  benchRetention(say);
  say('The clean-up of builds ...');
  const cleanup = await measureCleanup({ size: 100, rounds: 3, consoles: 3, loadMs: 5_000, formMs: 5 });
  say('A restore ...');
  const restore = await measureRestore({
    rounds: 1,
    speed: 1,
    // Of the backup before it nobody takes the time.
    world: { ec2: { snapshotSeconds: { min: 2, max: 5 } } },
  });

  const { idleMb, waitingMb } = memory;
  say('');
  say(
    tableOf([
      ...acks,
      ...starts,
      ...typed,
      ...one.measures,
      ...ten.measures,
      ...fleet.measures,
      ...cleanup.measures,
      ...restore.measures,
    ]),
  );
  say('');
  say(`Images take ${inMinutes()} minutes on the clock. EC2 calls, dry runs included:`);
  for (const line of [...one.details, ...ten.details, ...fleet.details]) say(`  ${line}`);
  say('The clean-up, with the simulated Services machine on the wall’s clock:');
  for (const line of cleanup.details) say(`  ${line}`);
  for (const line of restore.details) say(line);
  say(
    `Memory with ${FLEET} runs waiting: ${idleMb.toFixed(0)} MB before, ${waitingMb.toFixed(0)} MB with them, ` +
      `${((waitingMb - idleMb) / FLEET).toFixed(2)} MB a run.`,
  );
  say(
    `Baseline of the acks and starts: test/bench/bare-bolt.ts; of the command line: node -e 0; of the EC2 calls: test/bench/polling-script.ts; of the clean-up: test/bench/console-per-build.ts; of the restore: test/bench/restore-script.ts. ` +
      `Took ${((performance.now() - startedAt) / 1000).toFixed(0)} s; load ${loadavg()[0]?.toFixed(1)} after.`,
  );
}
