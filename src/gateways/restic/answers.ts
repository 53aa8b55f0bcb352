import { z } from 'zod';
import type { FilesSnapshot } from '../../core/model/restic.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { LINE_MAX, oneLine } from '../../core/text/text.ts';

const id = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().nonnegative().optional();

const snapshot = z.object({
  id,
  time: z.string(),
  hostname: z.string().default(''),
  tags: z.array(z.string()).nullish(),
  paths: z.array(z.string()).nullish(),
  summary: z
    .object({ total_files_processed: count, total_bytes_processed: count, data_added: count })
    .optional(),
});

const stats = z.object({ total_size: count, total_file_count: count });
const lock = z.object({ time: z.string(), hostname: z.string(), pid: z.number() });

/** Who holds a lock, and when they renewed it last. */
export interface ResticLock {
  at: number;
  host: string;
  pid: number;
}

export function readRepositoryId(printed: string): string {
  return parsed(z.object({ id }), printed, 'restic cat config').id;
}

/** `restic snapshots --json`. What is no snapshot as restic writes it is not counted. */
export function readSnapshots(printed: string): FilesSnapshot[] {
  const all = parsed(z.array(z.unknown()), printed, 'restic snapshots');
  return all.flatMap((one) => {
    const read = snapshot.safeParse(one);
    if (!read.success) return [];
    const { summary, time, hostname, tags, paths } = read.data;
    return [
      {
        id: read.data.id,
        at: Date.parse(time),
        host: hostname,
        tags: tags ?? [],
        paths: (paths ?? []).map((path) => oneLine(path, LINE_MAX)),
        ...(summary === undefined
          ? {}
          : {
              files: summary.total_files_processed ?? 0,
              bytes: summary.total_bytes_processed ?? 0,
              addedBytes: summary.data_added ?? 0,
            }),
      },
    ];
  });
}

/** `restic stats --mode restore-size --json`; it counts folders as well. */
export function readStats(printed: string): { nodes: number; bytes: number } {
  const { total_size: bytes = 0, total_file_count: nodes = 0 } = parsed(stats, printed, 'restic stats');
  return { nodes, bytes };
}

/** `restic cat lock`. */
export function readLocks(printed: string): ResticLock[] {
  const { time, hostname, pid } = parsed(lock, printed, 'restic cat lock');
  return [{ at: Date.parse(time), host: hostname, pid }];
}

function parsed<T>(schema: z.ZodType<T>, printed: string, command: string): T {
  try {
    const read = schema.safeParse(JSON.parse(Buffer.from(printed, 'latin1').toString('utf8')));
    if (read.success) return read.data;
  } catch {
    // It is told as any other answer that is none.
  }
  throw new ProblemError({ code: 'answer-unclear', command });
}
