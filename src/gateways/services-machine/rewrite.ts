import { createHash } from 'node:crypto';
import { type Problem, ProblemError } from '../../core/problems/problem.ts';
import { FREE_ROOM, readNoRoom } from './free-room.ts';
import type { RunAsRoot } from './run-as-root.ts';

const NOT_A_FILE = 91;
const CHANGED = 92;
const ORIGINAL_TAKEN = 93;
const NOT_WRITTEN = 94;

/**
 * Killed anywhere and run again it ends in the same state. The original gets its name by a rename, so that what has the name
 * is whole; nothing is renamed to the file's own name before it was read back and compared. A link stays a link: what it
 * leads to is rewritten, with the original beside that. A script that lost its connection may still be at work when the
 * next one comes: whichever is second finds the new text there.
 */
const REWRITE = `
path=$(readlink -f "$1") && [ -f "$path" ] || exit ${NOT_A_FILE}
original=$path.circleci-backup-$2; before=$3; after=$4
copy=$original.part; new=$original.new
sum() { s=$(sha256sum < "$1") && echo "\${s%% *}"; }
looks() { stat -c '%a %u %g' "$1"; }
leave() {
  ${FREE_ROOM}
  rm -f "$copy" "$new"
  if [ "$(sum "$path")" = "$after" ]; then echo already; exit 0; fi
  echo "$room"
  exit "$1"
}
[ "$(sum "$path")" != "$after" ] || leave 0
[ "$(sum "$path")" = "$before" ] || leave ${CHANGED}
if [ -e "$original" ]; then
  [ "$(sum "$original")" = "$before" ] || leave ${ORIGINAL_TAKEN}
else
  rm -f "$copy"
  cp -p "$path" "$copy" || leave ${NOT_WRITTEN}
  [ "$(sum "$copy")" = "$before" ] || leave ${CHANGED}
  sync
  mv -f "$copy" "$original" || leave ${NOT_WRITTEN}
fi
rm -f "$new"
cp -p "$path" "$new" && cat > "$new" || leave ${NOT_WRITTEN}
[ "$(sum "$new")" = "$after" ] || leave ${NOT_WRITTEN}
[ "$(looks "$new")" = "$(looks "$path")" ] || leave ${NOT_WRITTEN}
sync
[ "$(sum "$path")" = "$before" ] || leave ${CHANGED}
mv -f "$new" "$path" || leave ${NOT_WRITTEN}
sync
echo written`;

export async function rewrite(
  run: RunAsRoot,
  { path, before, after, keptAs }: { path: string; before: string; after: string; keptAs: string },
): Promise<'written' | 'already'> {
  const { code, stdout } = await run({
    during: `writing ${path}`,
    script: REWRITE,
    args: [path, keptAs, sumOf(before), sumOf(after)],
    stdin: after,
  });
  if (code === 0) return stdout.startsWith('already') ? 'already' : 'written';
  const noRoom = code === NOT_WRITTEN ? readNoRoom(stdout) : undefined;
  throw new ProblemError(
    noRoom === undefined ? problemOf(code, path, keptAs) : { code: 'disk-full', path, ...noRoom },
  );
}

function problemOf(code: number | undefined, path: string, keptAs: string): Problem {
  switch (code) {
    case NOT_A_FILE:
      return { code: 'file-unreadable', path };
    case CHANGED:
      return { code: 'file-changed', path };
    case ORIGINAL_TAKEN:
      return { code: 'file-original-taken', path, keptAt: `${path}.circleci-backup-${keptAs}` };
    default:
      return { code: 'file-not-written', path, ...(code === undefined ? {} : { exitCode: code }) };
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(Buffer.from(text, 'latin1')).digest('hex');
}
