import { done, failed } from '../access/session.ts';
import { settleBuilds } from '../circleci/build-record.ts';
import type { Call, Outcome, Tool } from '../inside.ts';

export const NOMAD: Tool = { name: 'nomad', run: nomad };

/** Nomad drives the builds that really run; what only shows "Running" is nothing to it. */
function nomad(args: string[], call: Call): Outcome {
  if (args[0] !== 'status' && !(args[0] === 'job' && args[1] === 'status'))
    return failed('Usage: nomad status\n');
  const { disk, replicated, clock, jobs, faults } = call.session.machine;
  if (faults.nomad === 'silent') return done('');
  settleBuilds(disk.builds, clock.now(), disk.busy);
  const ids = disk.builds.flatMap((build) =>
    build.endsAt === undefined ? [] : `${build.project}-${build.number}`,
  );
  const running = [...(replicated.app().state === 'stopped' ? [] : ids), ...jobs];
  if (running.length === 0) return done('No running jobs\n');
  const rows = running.map((id) => `${id.padEnd(30)}  batch  50        running\n`);
  return done(`${'ID'.padEnd(30)}  Type   Priority  Status\n${rows.join('')}`);
}
