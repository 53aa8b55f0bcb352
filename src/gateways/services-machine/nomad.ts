import { NOMAD_STATE as STATE } from '../../core/model/machine-paths.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { readRunningJobs } from './answers.ts';
import { printedBy, type RunAsRoot } from './run-as-root.ts';

const MOUNTED = 96;
const MISSING = 90;

const HAS = `if [ -e ${STATE} ] || [ -L ${STATE} ]; then echo yes; else echo no; fi`;

/** Nothing that is mounted there is emptied. */
const REMOVE = `
while read -r _ at _; do
  case "$at" in ${STATE} | ${STATE}/*) exit ${MOUNTED} ;; esac
done < /proc/mounts
rm -rf ${STATE}`;

const STATUS = `command -v nomad > /dev/null 2>&1 || exit ${MISSING}; nomad status`;

export async function hasNomad(run: RunAsRoot): Promise<boolean> {
  const printed = await printedBy(run, { during: `looking for ${STATE}`, script: HAS });
  return printed.trim() === 'yes';
}

export async function removeNomad(run: RunAsRoot): Promise<void> {
  const during = `removing ${STATE}`;
  const { code } = await run({ during, script: REMOVE, timeoutMs: 300_000 });
  if (code === MOUNTED) throw new ProblemError({ code: 'nomad-mounted', path: STATE });
  if (code !== 0) throw failed(during, code);
}

export async function runningJobs(run: RunAsRoot): Promise<string[]> {
  const during = 'nomad status';
  const { code, stdout } = await run({ during, script: STATUS });
  if (code === MISSING) throw new ProblemError({ code: 'nomad-missing' });
  if (code !== 0) throw failed(during, code);
  return readRunningJobs(stdout);
}

function failed(during: string, code: number | undefined): ProblemError {
  return new ProblemError({
    code: 'machine-command-failed',
    during,
    ...(code === undefined ? {} : { exitCode: code }),
  });
}
