import { ProblemError } from '../../core/problems/problem.ts';
import { lookForFiles } from './replicated-files.ts';
import type { RunAsRoot } from './run-as-root.ts';

const NO_MANAGER = 95;

/** Docker may take its time to stop what the service runs. */
const RESTART_MS = 300_000;

/** systemd where it runs the machine (16.04, RHEL 7), else upstart or sysvinit, which `service` knows both. */
const RESTART = `
if [ -d /run/systemd/system ] && command -v systemctl > /dev/null 2>&1; then systemctl restart "$1"
elif command -v service > /dev/null 2>&1; then service "$1" restart
else exit ${NO_MANAGER}; fi`;

/** The operator and, in Replicated 1.2, the agent run only where they have a file. */
const AFTER_THE_DAEMON = ['replicated-operator', 'replicated-agent'];

export async function restartServices(run: RunAsRoot): Promise<string[]> {
  const files = (await lookForFiles(run, '')).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  const restarted: string[] = [];
  for (const service of ['replicated', ...AFTER_THE_DAEMON.filter((name) => files.includes(name))]) {
    const { code } = await run({
      during: `restarting ${service}`,
      script: RESTART,
      args: [service],
      timeoutMs: RESTART_MS,
    });
    if (code === NO_MANAGER) throw new ProblemError({ code: 'services-missing' });
    if (code !== 0) {
      throw new ProblemError({
        code: 'service-restart-failed',
        service,
        restarted,
        ...(code === undefined ? {} : { exitCode: code }),
      });
    }
    restarted.push(service);
  }
  return restarted;
}
