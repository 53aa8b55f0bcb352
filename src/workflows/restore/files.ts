import type { Mount } from '../../core/model/mount.ts';
import type { ReplicatedFile } from '../../core/ports/services-machine.ts';
import { oldNeedles } from '../../core/restore/address-changes.ts';
import { diffInWords } from '../../core/restore/file-diff.ts';
import {
  type AddressChange,
  type LineChange,
  rewriteAddresses,
} from '../../core/restore/rewrite-addresses.ts';
import { counted, listInWords } from '../../core/text/words.ts';
import { onMachine, type Reached } from '../run/machine.ts';
import { note } from '../run/run.ts';
import type { RestoreRun } from './run.ts';

const OF_SPELLINGS =
  'A name of the old address leads to the old machine: while that runs, what reads the name talks to it, and afterwards to nobody, so ' +
  'that the start of the application can wait in vain. Change such names on the new machine';

interface NewText {
  file: ReplicatedFile;
  text: string;
  changes: LineChange[];
}

/** New texts are made from the originals, so that a step that runs again makes the same ones. */
function newTexts(files: readonly ReplicatedFile[], changes: readonly AddressChange[]): NewText[] {
  return files.map((file) => {
    const rewritten = rewriteAddresses(file.original ?? file.text, changes);
    return { file, text: rewritten.text, changes: rewritten.changes };
  });
}

/** Reads Replicated's files and posts what would change in them. Gives how many lines that is; changes nothing. */
export function readFiles(
  run: RestoreRun,
  reached: Reached,
  changes: readonly AddressChange[],
): Promise<number> {
  const { runId } = run;
  return run.stage('files', async (tools) => {
    const files = await onMachine(run, tools, reached, (machine) => machine.replicatedFiles(runId));
    const texts = newTexts(files, changes);
    for (const { file, changes: lines } of texts)
      await note(run, { key: `diff${file.path}`, tone: 'info', ...diffInWords(file.path, lines) });
    const lines = texts.reduce((sum, { changes: of }) => sum + of.length, 0);
    const detail = `${listInWords(files.map(({ path }) => path))}: ${lines === 0 ? 'no line' : counted(lines, 'line')} to change`;
    return { ok: true, value: lines, detail };
  });
}

/** Writes the new addresses; each file whole or not at all, with its original beside it. Gives the files. */
export function rewriteFiles(
  run: RestoreRun,
  reached: Reached,
  changes: readonly AddressChange[],
): Promise<string[]> {
  const { runId } = run;
  return run.stage('rewrite', async (tools) => {
    const written = await onMachine(run, tools, reached, async (machine) => {
      const texts = newTexts(await machine.replicatedFiles(runId), changes);
      const changed = texts.filter(({ changes: lines }) => lines.length > 0);
      for (const { file, text } of changed) await machine.rewrite(file.path, file.text, text, runId);
      return changed.map(({ file }) => file.path);
    });
    const detail =
      written.length === 0
        ? 'no line to change'
        : `${listInWords(written)}; the originals are beside them as *.circleci-backup-${runId}`;
    return { ok: true, value: written, detail };
  });
}

/** Lists other files that hold the old address or host; a person decides about them. */
export function findMentions(
  run: RestoreRun,
  reached: Reached,
  changes: readonly AddressChange[],
): Promise<string[]> {
  return run.stage<string[]>(
    'mentions',
    async (tools) => {
      const needles = oldNeedles(run.order, changes);
      if (needles.length === 0) return { ok: true, value: [], detail: 'no address changed' };
      const { found, unread } = await onMachine(run, tools, reached, (machine) => machine.mentions(needles));
      const places = found.map(
        ({ path, line, needle, name }) =>
          `${path}, line ${line}: ${needle}${name === undefined ? '' : ` (${name})`}`,
      );
      if (places.length > 0) {
        const hasSpelling = found.some(({ isSpelling }) => isSpelling);
        const text = `These files hold the old address or host. They were not changed${hasSpelling ? `. ${OF_SPELLINGS}` : ''}:`;
        await note(run, { key: 'mentions', tone: 'info', text, verbatim: places });
      }
      const paths = [...new Set(found.map(({ path }) => path))];
      const detail =
        (paths.length === 0 ? 'nowhere else' : `${counted(paths.length, 'other file')}, see the thread`) +
        (unread.length === 0 ? '' : `; not read: ${listInWords(unread.slice(0, 5))}`);
      return { ok: true, value: paths, detail };
    },
    [],
  );
}

/** What was mounted before must be mounted now: CircleCI may keep large objects there. */
export function compareMounts(run: RestoreRun, reached: Reached): Promise<string[]> {
  return run.stage<string[]>(
    'mounts',
    async (tools) => {
      const { mounted, missing } = await onMachine(run, tools, reached, (machine) =>
        machine.lookAtData([], { sizes: false }),
      );
      const here = new Set([...mounted, ...missing].map(({ target }) => target));
      const lost = (run.order.mounts ?? []).filter(({ target }) => !here.has(target));
      const all = [...missing, ...lost].map(mountInWords);
      if (all.length > 0) return { ok: false, problem: { code: 'restore-mounts-missing', missing: all } };
      const compared = run.order.mounts === undefined ? 'as /etc/fstab says' : 'as on the old machine';
      return { ok: true, value: [], detail: `${counted(mounted.length, 'file system')}, ${compared}` };
    },
    [],
  );
}

function mountInWords({ source, target, type }: Mount): string {
  return `${target} (${type}, ${source})`;
}
