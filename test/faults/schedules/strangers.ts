import { TAG } from '../../../src/core/catalogue/tags.ts';
import { olderBackups, olderSnapshot } from '../../older-backup.ts';
import { postsIn } from './messages.ts';
import type { Draw, GuardedWorld, Trouble } from './workflow.ts';

const HOUR_MS = 3_600_000;
const KEYS = [...Object.values(TAG), 'Name', 'aws:backup:source-resource'];

/** Another machine in the account, with backups of another installation of the same target name, and a golden image. */
export function addStrangers({ ec2, clock, guard }: GuardedWorld): void {
  guard.asStranger(() => {
    const other = ec2.addInstance({
      tags: { Name: 'payroll-db' },
      volumes: [{ device: '/dev/sda1', sizeGiB: 1 }],
    });
    const theirs = olderBackups(ec2, other, clock.now(), 500);
    for (const days of [0.1, 3]) theirs(days);
    theirs(2, { name: 'golden' }, { [TAG.run]: undefined, [TAG.target]: undefined });
  });
}

type Tags = Record<string, string>;

const tagging =
  (what: string, tag: (tags: Tags, from: Tags, key: string) => void): Draw<GuardedWorld> =>
  (draws, steps) => {
    const [to, from] = [draws.whole(1e6), draws.whole(1e6)];
    const key = draws.one(KEYS);
    return others(`a tagger ${what} (${to}, ${from}, ${key})`, draws.one(steps), ({ ec2, guard }) => {
      const all = [ec2.images, ec2.snapshots, ec2.instances, ec2.volumes].flatMap((records) => [...records]);
      const [resource, source] = [all[to % all.length], all[from % all.length]];
      if (resource === undefined || source === undefined) return;
      guard.changed.add(resource[0]);
      tag(resource[1].tags, source[1].tags, key);
    });
  };

/** A stranger that may set any tag on anything, and no more. */
const taggers: readonly Draw<GuardedWorld>[] = [
  tagging('copies all', (tags, from) => void Object.assign(tags, from)),
  tagging('sets one', (tags, from, key) => {
    tags[key] = from[key] ?? 'complete';
  }),
  tagging('takes one off', (tags, _from, key) => {
    delete tags[key];
  }),
];

/** Moves the tag by which the target's machine is found. */
const moveName: Draw<GuardedWorld> = (draws, steps) =>
  others(
    'the Name tag moves to another machine',
    draws.one(steps),
    ({ ec2, guard: { machine, changed } }) => {
      const other = [...ec2.instances.values()].find((one) => one.tags.Name === 'payroll-db');
      if (other === undefined) return;
      for (const { instanceId } of [machine, other]) changed.add(instanceId);
      [machine.tags.Name, other.tags.Name] = ['former', machine.tags.Name ?? ''];
    },
  );

/** Makes what looks like the target's own and is not. */
const forgers: readonly Draw<GuardedWorld>[] = [
  (draws, steps) => {
    const days = draws.one([0, 0.01, 1, 30]);
    const [what, prefix] = draws.one([
      ['a copy', 'copy'],
      ['a copy', 'circleci-backup/other'],
      ['another', undefined],
    ] as const);
    return others(`${what} of an image`, draws.one(steps), (world) => {
      const { ec2, clock, guard } = world;
      const model = [...guard.images.values()].findLast(({ imageId }) => ec2.images.has(imageId));
      const machine = prefix === undefined ? otherMachine(world) : guard.machine;
      if (machine === undefined || !ec2.volumes.has(machine.devices[0]?.volumeId ?? '')) return;
      const name = `${prefix}/${model?.tags[TAG.run]}`;
      const isTaken = [...ec2.images.values()].some((one) => one.name === name);
      olderBackups(
        ec2,
        machine,
        clock.now(),
        600 + ec2.images.size,
      )(days, prefix === undefined || isTaken ? {} : { sourceInstanceId: '', name }, {
        ...model?.tags,
        [TAG.sourceInstance]: guard.machine.instanceId,
      });
    });
  },
  (draws, steps) =>
    others('a forged snapshot', draws.one(steps), ({ ec2, clock, guard }) => {
      const model = [...guard.images.values()][0];
      const id = `snap-0f0f0f0f0f${String(ec2.snapshots.size).padStart(7, '0')}`;
      const tags = { ...model?.tags, [TAG.deleting]: model?.tags[TAG.run] ?? '' };
      ec2.snapshots.set(id, olderSnapshot(ec2, guard.machine, id, clock.now(), tags));
    }),
  (draws, steps) =>
    others('a forged machine', draws.one(steps), ({ ec2, guard }) => {
      const image = [...guard.images.keys()].at(-1) ?? '';
      ec2.addInstance({
        imageId: image,
        tags: { ...guard.machine.tags },
        volumes: [{ device: '/dev/sda1', sizeGiB: 1 }],
      });
    }),
];

/** People who delete messages of the bot's. */
const deleters: readonly Draw<GuardedWorld>[] = [
  (draws, steps) =>
    others('the newest message is deleted', draws.one(steps), (world) => {
      const newest = postsIn(world).at(-1);
      if (newest !== undefined) Object.assign(newest, { deleted: true });
    }),
  (draws, steps) =>
    others('all messages are deleted', draws.one(steps), (world) => {
      for (const message of world.slack.messages(world.channel.id)) Object.assign(message, { deleted: true });
    }),
];

/** The clock of the bot's machine is set. */
const clockJump: Draw<GuardedWorld> = (draws, steps) => {
  const ms = draws.one([-24 * HOUR_MS, -HOUR_MS, -60_000, 60_000, HOUR_MS, 24 * HOUR_MS]);
  return {
    name: `the bot’s clock jumps by ${ms} ms`,
    step: draws.one(steps),
    begin({ guard }) {
      guard.aheadMs += ms;
    },
  };
};

/** What people type meanwhile; `OLD` and `NEW` stand for the oldest and newest backup. */
const TYPED = [
  'now',
  'hold OLD just in case',
  'hold NEW',
  'release OLD',
  'prune',
  'prune --now',
  'list',
  'status',
  'history',
  'schedule pause 2h',
  'now --quiesce',
];

/** Somebody else asks for something, or only looks. */
const asks: Draw<GuardedWorld> = (draws, steps) => {
  const typed = draws.one(TYPED);
  return {
    name: `Ben types “${typed}”`,
    step: draws.one(steps),
    begin({ slack, ben, channel, guard, ec2 }) {
      const ids = [...guard.images.values()]
        .filter(({ imageId }) => ec2.images.has(imageId))
        .sort((a, b) => a.createdAt - b.createdAt)
        .map(({ tags }) => tags[TAG.run] ?? '');
      const text = typed.replace('OLD', ids[0] ?? '').replace('NEW', ids.at(-1) ?? '');
      slack.command(ben.id, channel.id, text).catch(() => undefined);
    },
  };
};

/** What others do meanwhile. */
export const meanwhile: readonly Draw<GuardedWorld>[] = [
  ...taggers,
  ...taggers,
  moveName,
  ...forgers,
  ...deleters,
  clockJump,
  asks,
  asks,
];

function otherMachine({ ec2, guard }: GuardedWorld) {
  return [...ec2.instances.values()].find(({ instanceId }) => !guard.isOwn(instanceId));
}

/** An act that is not the bot's. */
export function others<W extends GuardedWorld>(
  name: string,
  step: string,
  act: (world: W) => void,
): Trouble<W> {
  return { name, step, begin: (world) => world.guard.asStranger(() => act(world)) };
}
