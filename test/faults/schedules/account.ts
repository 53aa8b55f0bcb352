import type { ImageRecord } from '../../../sandbox/ec2/state.ts';
import { standardInstall } from '../../../sandbox/ec2/world.ts';
import { createWorld, type WorldOptions } from '../../../sandbox/world.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { openStore } from '../../../src/store/sqlite/database.ts';
import { olderBackups } from '../../older-backup.ts';
import type { SeenImage } from '../backup/truth.ts';
import type { Draws } from '../draws.ts';
import { guardOver } from './guard.ts';
import type { GuardedWorld } from './workflow.ts';

const KINDS = [
  'complete',
  'complete',
  'complete',
  'partial',
  'failed',
  'held',
  'protected',
  'disabled',
  'used',
] as const;

/** What there is in EC2 before the bot starts, and by which rules it keeps that. */
export interface Account {
  volumes: number;
  /** Of backups, newest first: how many days old, and what they are. */
  older: [days: number, is: (typeof KINDS)[number]][];
  env: Record<string, string>;
}

export interface AccountWorld extends GuardedWorld {
  /** What the application was when an image was made, by the image's id. */
  appAt: ReadonlyMap<string, string>;
  /** BACKUP_MAX_AGE. */
  maxAgeMs: number;
  /** What was seen of the images of runs, by the run's id. */
  seen: Map<string, SeenImage>;
}

const MAX_AGE = 'BACKUP_MAX_AGE';
const DEVICES = ['/dev/sda1', '/dev/sdb', '/dev/sdc'];
/** Times of the clock, short enough that few looks fill them. */
const MACHINE_SECONDS = { stopping: 5, rebooting: 20, checks: 20 };
const TIMING = {
  boot: 20_000,
  replicated: 5_000,
  appStart: 60_000,
  appStop: 20_000,
  noAnswer: 10_000,
  devConsole: 3_000,
  devConsoleForm: 10,
};
/** Nothing answers on a machine that is down. */
const AWAY = 'away';

/** `most`: how many older backups there may be. */
export function drawAccount(draws: Draws, most: number): Account {
  let days = draws.chance(0.3) ? 0.2 : 0.5 + draws.number();
  const older = Array.from({ length: draws.whole(most + 1) }, (): Account['older'][number] => {
    const at = days;
    days += 0.1 + draws.number() * 2;
    return [Math.round(at * 100) / 100, draws.one(KINDS)];
  });
  const set = (name: string, probability: number, values: readonly string[]) =>
    draws.chance(probability) ? { [name]: draws.one(values) } : {};
  return {
    volumes: 1 + draws.whole(3),
    older,
    env: {
      ...set('KEEP_LAST', 0.85, ['1', '2', '3']),
      ...set('KEEP_DAILY', 0.3, ['2']),
      ...set('KEEP_FAILED', 0.8, ['1d', '2d']),
      ...set('DELETE_GRACE', 0.3, ['1m', '1d']),
      ...set(MAX_AGE, 0.3, ['26h']),
      // Each look at an image that never completes takes its time.
      BACKUP_DEADLINE: draws.one(['20m', '1h']),
      ...set('SERVICES_INSTANCE', 0.3, [BY_ID]),
    },
  };
}

/** Stands for the machine's id, which is not known before the world is there. */
const BY_ID = 'the machine’s id';

/** An account with such backups, whose machine the bot's database knows, and what it knows of those. */
export async function accountWorld(options: WorldOptions, account: Account): Promise<AccountWorld> {
  const { SERVICES_INSTANCE: byId, ...env } = account.env;
  const world = await createWorld({
    ...options,
    standardInstall: false,
    ec2: { snapshotSeconds: { min: 20, max: 40 }, machineSeconds: MACHINE_SECONDS },
    machines: { timing: TIMING },
    env: { ...options.env, ...env },
  });
  const { ec2, machines, clock } = world;
  const volumes = DEVICES.slice(0, account.volumes).map((device) => ({ device, sizeGiB: 1 }));
  const { prod: machine } = standardInstall(ec2, { volumes });
  machines.names.set('ci.acme-rail.example', machine.publicIp ?? '');
  if (byId !== undefined) world.env.SERVICES_INSTANCE = machine.instanceId;
  const backup = olderBackups(ec2, machine, clock.now());
  const older = account.older.map(([days, is]) => {
    const image = backup(days, changeOf(is), tagsOf(is, clock.now()));
    return { image, is };
  });
  await teach(world.dataFolder, machine.instanceId, older);

  const guard = guardOver(world, machine);
  for (const { image } of older.filter(({ is }) => is === 'used'))
    guard.asStranger(() => {
      ec2.addInstance({ tags: {}, volumes: [{ device: '/dev/sda1', sizeGiB: 1 }], imageId: image.imageId });
    });
  const appAt = new Map<string, string>();
  ec2.onChange(({ noun, id, what }) => {
    if (noun === 'image' && what === 'created' && guard.isOwn(id)) appAt.set(id, appOf({ machines, guard }));
  });
  return {
    ...world,
    guard,
    appAt,
    seen: new Map(),
    maxAgeMs: MAX_AGE in env ? 26 * 3_600_000 : Infinity,
  };
}

/** What the application of the target's machine is, as Replicated has it. */
export function appOf({ machines, guard }: Pick<AccountWorld, 'machines' | 'guard'>): string {
  const app = machines.running.get(guard.machine.instanceId)?.app();
  return app === undefined ? AWAY : app.transitioning ? `${app.state}, on its way` : app.state;
}

type Is = (typeof KINDS)[number];

function changeOf(is: Is): Partial<ImageRecord> {
  if (is === 'disabled') return { state: 'disabled' };
  return is === 'held' || is === 'protected' ? { protection: 'enabled-without-cooldown' } : {};
}

function tagsOf(is: Is, now: number): Record<string, string> {
  if (is === 'partial' || is === 'failed') return { [TAG.outcome]: is };
  if (is === 'disabled') return { [TAG.disabledAt]: new Date(now - 3_600_000).toISOString() };
  return is === 'held' ? { [TAG.held]: 'U0BENOKORO before the upgrade' } : {};
}

/** Notes in the bot's database what it has learned while it made those backups. */
export async function teach(
  folder: string,
  instanceId: string,
  older: readonly { image: ImageRecord; is: Is }[] = [],
): Promise<void> {
  const store = await openStore({ folder, redact: (text) => text });
  const of = { target: 'prod', region: 'eu-west-1' };
  const selector = 'tag Name=circleci_services';
  await store.machines.insert(instanceId, { instanceId, ...of, selector }, true);
  for (const { image, is } of older) {
    const { imageId, tags } = image;
    const backupId = tags[TAG.run] ?? '';
    const outcome = is === 'partial' || is === 'failed' ? is : 'complete';
    const held = tags[TAG.held];
    await store.backups.insert(
      backupId,
      {
        backupId,
        imageId,
        ...of,
        isMade: true,
        outcome,
        ...(tags[TAG.schedule] === undefined ? {} : { schedule: tags[TAG.schedule] }),
        ...(held === undefined ? {} : { heldBy: held }),
      },
      true,
    );
  }
  await store.close();
}
