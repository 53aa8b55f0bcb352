import type { ResticSaid } from '../../core/model/restic.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';

/** More of them are read by nobody; their number is told. */
const KEPT = 20;
/** No line of restic's is longer; one that is is cut. */
const LONGEST_LINE = 64 * 1024;

type Fields = Record<string, unknown>;

/** Reads what restic prints, piece by piece and whatever the pieces are. Texts are latin1, one character a byte. */
export interface ResticReader {
  read(stdout: string, stderr: string): void;
  said(): ResticSaid;
}

/** One line is one message: JSON with `message_type`, or plain text even where JSON was asked for. */
export function createResticReader(): ResticReader {
  const said: ResticSaid = { errors: [], errorCount: 0, other: [] };
  const rests = { stdout: '', stderr: '' };

  function read(stream: keyof typeof rests, text: string): void {
    const lines = (rests[stream] + text).split('\n');
    rests[stream] = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    for (const line of lines) take(Buffer.from(line.slice(0, LONGEST_LINE), 'latin1').toString('utf8'));
  }

  function take(line: string): void {
    if (line.trim() === '') return;
    const message = parse(line);
    if (message === undefined) {
      // A path that is not there is no error to older ones.
      if (/ does not exist, skipping$/.test(line)) fail(line);
      else if (said.other.length < KEPT) said.other.push(oneLine(line, LINE_MAX));
      return;
    }
    const kind = message.message_type;
    if (kind === 'status') progress(message);
    else if (kind === 'summary') summary(message);
    else if (kind === 'exit_error') said.fatal = oneLine(text(message.message), LINE_MAX);
    else if (kind === 'error') {
      const why = text(fieldsOf(message.error).message) || text(message.message) || 'an error';
      fail(`${text(message.item)}: ${why}`);
    } else if (said.other.length < KEPT) said.other.push(oneLine(line, LINE_MAX));
  }

  function fail(what: string): void {
    said.errorCount += 1;
    if (said.errors.length < KEPT) said.errors.push(oneLine(what, LINE_MAX));
  }

  function progress(message: Fields): void {
    const done = number(message.percent_done);
    const elapsedMs = number(message.seconds_elapsed) * 1000;
    const left = message.seconds_remaining;
    const leftMs =
      typeof left === 'number'
        ? left * 1000
        : done > 0.01 && elapsedMs > 0
          ? (elapsedMs * (1 - done)) / done
          : 0;
    said.progress = {
      percent: Math.min(100, Math.floor(done * 100)),
      bytesDone: number(message.bytes_done) || number(message.bytes_restored) + number(message.bytes_skipped),
      totalBytes: number(message.total_bytes),
      ...(leftMs > 0 ? { leftMs: Math.round(leftMs) } : {}),
    };
  }

  function summary(message: Fields): void {
    if (typeof message.snapshot_id === 'string')
      said.backup = {
        snapshotId: message.snapshot_id,
        files: number(message.total_files_processed),
        bytes: number(message.total_bytes_processed),
        addedBytes: number(message.data_added),
        tookMs: Math.round(number(message.total_duration) * 1000),
      };
    else if ('num_errors' in message) said.check = { errors: number(message.num_errors) };
    else if ('total_files' in message || 'files_restored' in message)
      said.restore = {
        nodes: number(message.files_restored) + number(message.files_skipped),
        bytes: number(message.bytes_restored) + number(message.bytes_skipped),
      };
  }

  return {
    read(stdout, stderr) {
      read('stdout', stdout);
      read('stderr', stderr);
    },
    said: () => said,
  };
}

/** Zeros are left out by restic. */
function number(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function parse(line: string): Fields | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const message = fieldsOf(JSON.parse(line));
    return typeof message.message_type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
