import { REPLICATED_PATHS } from '../../core/model/machine-paths.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import type { RunAsRoot } from './run-as-root.ts';

const NOT_REMOVED = 95;

/**
 * What `rewrite` has kept, by its exact names and nothing else: beside each of Replicated's files, with the run's id. Where
 * the file itself is not there (any more), its original stays: it is the only one.
 */
const REMOVE = `
kept=$1; shift
case $kept in ''|*/*) exit ${NOT_REMOVED} ;; esac
for path in "$@"; do
  real=$(readlink -f "$path") || continue
  for original in "$real.circleci-backup-$kept" "$real.circleci-backup-$kept.part" "$real.circleci-backup-$kept.new"; do
    if [ -L "$original" ] || [ ! -f "$original" ]; then continue; fi
    if [ -f "$real" ] && [ -s "$real" ]; then
      rm -f "$original"
      if [ -e "$original" ]; then exit ${NOT_REMOVED}; fi
      echo "removed $original"
    else
      echo "left $original"
    fi
  done
done
sync`;

export async function removeOriginals(
  run: RunAsRoot,
  keptAs: string,
): Promise<{ removed: string[]; left: string[] }> {
  const { code, stdout } = await run({
    during: 'removing the kept originals',
    script: REMOVE,
    args: [keptAs, ...REPLICATED_PATHS],
  });
  if (code !== 0)
    throw new ProblemError({
      code: 'originals-not-removed',
      ...(code === undefined ? {} : { exitCode: code }),
    });
  const said = (word: string) =>
    stdout.split('\n').flatMap((line) => (line.startsWith(`${word} /`) ? [line.slice(word.length + 1)] : []));
  return { removed: said('removed'), left: said('left') };
}
