import { bytesInWords, counted, durationInWords } from '../text/words.ts';
import type { FilesReport } from './backup.ts';

interface Size {
  files: number;
  bytes: number;
}

/** Less than this of what was there is a loss that somebody should hear of. */
const HALF = 0.5;

/** What to say where much of the files is gone since the last complete backup: a share that is not mounted looks so. */
export function lossInWords(now: Size, before: Size | undefined): string | undefined {
  if (before === undefined) return undefined;
  if (now.files >= before.files * HALF && now.bytes >= before.bytes * HALF) return undefined;
  return (
    `The files have become far fewer: ${said(now)}, and the last complete backup had ${said(before)}. ` +
    'See that nobody removed them and that everything is mounted; the earlier backups still have them.'
  );
}

function said({ files, bytes }: Size): string {
  return `${counted(files, 'file')} of ${bytesInWords(bytes)}`;
}

/** `2,000 files of 1 GiB in snapshot 90421844, 12 MiB of them new; begun 2 min after the image` */
export function reportInWords(report: FilesReport): string {
  const { snapshotId = '', files = 0, bytes = 0, addedBytes = 0, afterImageMs } = report;
  const later = afterImageMs === undefined ? '' : `; begun ${durationInWords(afterImageMs)} after the image`;
  const text = `${counted(files, 'file')} of ${bytesInWords(bytes)} in snapshot ${snapshotId.slice(0, 8)}, ${bytesInWords(addedBytes)} new${later}`;
  if (report.state === 'missing') return 'NOT IN THE BACKUP';
  return report.state === 'in the backup' ? text : `PARTIAL: ${text}`;
}
