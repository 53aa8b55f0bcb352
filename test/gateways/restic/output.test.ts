import { createResticReader } from '../../../src/gateways/restic/output.ts';

/** As restic 0.18.0 printed them; names are invented. */
const STATUS =
  '{"message_type":"status","seconds_elapsed":20,"seconds_remaining":60,"percent_done":0.25,"total_files":2000,"files_done":500,"total_bytes":4000,"bytes_done":1000}';
const SUMMARY =
  '{"message_type":"summary","files_new":2000,"data_added":302448,"data_added_packed":301822,"total_files_processed":2000,"total_bytes_processed":300000,"total_duration":0.5,"snapshot_id":"9042184493e6be2ce82131b952635dd2bafe54084ae2852eb1448fab7ac1562f"}';
const UNREADABLE =
  '{"message_type":"error","error":{"message":"permission denied"},"during":"archival","item":"/srv/ü"}';
const FATAL = '{"message_type":"exit_error","code":12,"message":"Fatal: wrong password or no key found"}';

function read(stdout: string, stderr = '', pieces = 1) {
  const reader = createResticReader();
  const size = Math.ceil(Math.max(stdout.length, stderr.length) / pieces);
  for (let i = 0; i < pieces; i += 1)
    reader.read(stdout.slice(i * size, (i + 1) * size), stderr.slice(i * size, (i + 1) * size));
  return reader.said();
}
const bytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

it.each([1, 2, 7, 1000])('reads a backup in %i pieces', (pieces) => {
  const stderr = bytes(
    `${UNREADABLE}\nsubprocess pg_dump: hello\n/srv/b does not exist, skipping\n${FATAL}\n`,
  );
  expect(read(`${STATUS}\n\n${SUMMARY}\n`, stderr, pieces)).toEqual({
    progress: { percent: 25, bytesDone: 1000, totalBytes: 4000, leftMs: 60_000 },
    backup: {
      snapshotId: '9042184493e6be2ce82131b952635dd2bafe54084ae2852eb1448fab7ac1562f',
      files: 2000,
      bytes: 300_000,
      addedBytes: 302_448,
      tookMs: 500,
    },
    errors: ['/srv/ü: permission denied', '/srv/b does not exist, skipping'],
    errorCount: 2,
    fatal: 'Fatal: wrong password or no key found',
    other: ['subprocess pg_dump: hello'],
  });
});

it('works out what is left where restic does not say it', () => {
  const status = '{"message_type":"status","seconds_elapsed":30,"percent_done":0.75,"total_bytes":4}';
  expect(read(`${status}\n`).progress).toEqual({ percent: 75, bytesDone: 0, totalBytes: 4, leftMs: 10_000 });
});

it('counts what a restore wrote and what was there', () => {
  const summary =
    '{"message_type":"summary","total_files":5,"files_restored":5,"files_skipped":2,"total_bytes":100,"bytes_restored":100,"bytes_skipped":200}';
  expect(read(`${summary}\n`).restore).toEqual({ nodes: 7, bytes: 300 });
});

it('reads a check', () => {
  const summary = '{"message_type":"summary","num_errors":2,"broken_packs":["a"]}';
  expect(read(`${summary}\n`).check).toEqual({ errors: 2 });
});

it.each([
  ['{"message_type":5}', ['{"message_type":5}']],
  ['{"broken', ['{"broken']],
  ['[1]', ['[1]']],
  ['{"message_type":"news","x":1}', ['{"message_type":"news","x":1}']],
])('keeps %j', (line, other) => {
  expect(read(`${line}\n`)).toEqual({ errors: [], errorCount: 0, other });
});

it('keeps the first twenty of each, counts the errors, and is not flooded by a line without an end', () => {
  const said = read(`${'x\n'.repeat(1_000)}${'y'.repeat(1_000_000)}`, `${UNREADABLE}\n`.repeat(500));
  expect([said.other.length, said.errors.length, said.errorCount]).toEqual([20, 20, 500]);
});
