import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { PostgresAddress } from '../../../src/core/model/database.ts';
import { eventually } from '../../faults/eventually.ts';
import { tempFolder } from '../../store/temp-folder.ts';

const DEBIAN = '/usr/lib/postgresql';
/** Nobody: the server does not run as root. */
const USER = 65_534;

export interface PostgresServer {
  /** Its owner's address: another schema each time. */
  address(): PostgresAddress;
  /** As DATABASE_URL has it. */
  url(address: PostgresAddress, query?: Record<string, string>): string;
  /** Asks it as its owner. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Ends it as a power cut would, or as an operator; and starts it again. */
  stop(how: 'immediate' | 'fast'): Promise<void>;
  start(): Promise<void>;
  folder: string;
  port: number;
  close(): Promise<void>;
}

/**
 * Debian's PostgreSQL in a folder of its own, on a loopback port and a socket there; whoever connects needs a password. It
 * ends with this process, however that ends. Fails, and is never skipped, where the server is not installed.
 */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const [version] = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  if (version === undefined)
    throw new Error('This suite needs PostgreSQL: apt-get install postgresql. See .ci/run.');
  const bin = join(DEBIAN, version, 'bin');
  const { folder, remove } = tempFolder();
  const data = join(folder, 'data');
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: USER, gid: USER } : {};
  mkdirSync(data);
  writeFileSync(join(folder, 'password'), 'owner-password');
  if (isRoot) for (const path of [folder, data, join(folder, 'password')]) chownSync(path, USER, USER);
  chmodSync(folder, 0o755);
  const quiet = {
    ...as,
    cwd: folder,
    stdio: 'pipe',
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  } as const;
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'owner',
      '--pwfile',
      join(folder, 'password'),
      '-A',
      'scram-sha-256',
      '-E',
      'UTF8',
      '-N',
    ],
    quiet,
  );
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const flags = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    // No power cut is to be feared, but one of the server's own process.
    'fsync=off',
    'max_connections=400',
    ...settings,
  ].flatMap((setting) => ['-c', setting]);
  let server: ChildProcess | undefined;
  let log = '';
  let schemas = 0;

  async function start(): Promise<void> {
    // The shell ends the server where this process is there no more.
    const child = spawn(
      '/bin/sh',
      ['-c', '"$@" & read -r _; kill -QUIT $!; wait $!', 'sh', join(bin, 'postgres'), '-D', data, ...flags],
      { ...quiet, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    server = child;
    log = '';
    const hear = (text: string) => {
      log += text;
    };
    child.stderr.setEncoding('utf8').on('data', hear);
    child.stdin.on('error', () => {});
    await eventually(
      'PostgreSQL listens',
      () => log.includes('ready to accept') || child.exitCode !== null,
      () => log,
    );
    if (child.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${log}`);
  }

  async function stop(how: 'immediate' | 'fast'): Promise<void> {
    const child = server;
    if (child === undefined) return;
    server = undefined;
    const ended = new Promise((resolve) => child.once('close', resolve));
    execFileSync(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', how, '-s'], quiet);
    child.stdin?.end();
    await ended;
  }

  await start();
  const owner: PostgresAddress = {
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user: 'owner',
    password: 'owner-password',
    tls: 'disable',
    schema: 'public',
  };
  return {
    folder,
    port,
    address() {
      schemas += 1;
      return { ...owner, schema: `test_${schemas}` };
    },
    url({ host, user, password, database, schema, tls }, query = {}) {
      const asked = new URLSearchParams({ schema, sslmode: tls, ...query });
      return `postgres://${user}:${password ?? ''}@${host}:${port}/${database}?${asked}`;
    },
    async sql(text, values = []) {
      const client = new pg.Client({ ...owner, password: owner.password });
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    stop,
    start,
    async close() {
      await stop('immediate');
      remove();
    },
  };
}
