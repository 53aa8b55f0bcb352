import { quoteForShell } from '../../core/text/shell.ts';

/** Said by the user's own shell, and by root's: what came before them is not the script's. */
const SHELL_MARK = 'circleci-backup:shell';
const ROOT_MARK = 'circleci-backup:root';

/** Where Replicated puts its commands; sudo of RHEL does not look into /usr/local. Messages in English. */
const SURROUNDINGS =
  'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH; LC_ALL=C; export LC_ALL;';

/**
 * A command that runs a script as root. The script is a constant and reads its arguments as `$1`, `$2`, …; they are the
 * only thing in it that varies.
 */
export function asRoot(script: string, args: readonly string[] = []): string {
  const marked = `echo ${ROOT_MARK}; ${SURROUNDINGS} ${script.trim()}`;
  return [`echo ${SHELL_MARK}; sudo -n sh -c`, ...[marked, 'sh', ...args].map(quoteForShell)].join(' ');
}

/** How far a command of `asRoot` came, and what the script itself printed. */
export type Reached = { by: 'nobody' | 'shell' } | { by: 'root'; stdout: string };

export function readMarks(stdout: string): Reached {
  const root = `${ROOT_MARK}\n`;
  const at = stdout.indexOf(root);
  if (at >= 0) return { by: 'root', stdout: stdout.slice(at + root.length) };
  return { by: stdout.includes(`${SHELL_MARK}\n`) ? 'shell' : 'nobody' };
}
