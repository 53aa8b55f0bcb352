import type { StoredMessage } from '../../sandbox/slack/model.ts';
import type { World } from '../../sandbox/world.ts';
import { type Check, checksOfOneRun, faultsIn } from './checks.ts';
import { leftBehind } from './left-behind.ts';
import { faultsOfOlder, type Older } from './older-backups.ts';

/** Messages about runs that stand in the channel itself, oldest first. */
export function runMessages(world: World): StoredMessage[] {
  return world.slack
    .messages(world.channel.id)
    .filter((m) => m.threadTs === undefined && m.deleted !== true && /\bbk-\d/.test(JSON.stringify(m)));
}

export function hasButton(message: StoredMessage): boolean {
  return message.blocks.some((block) => block.type === 'actions');
}

export function isComplete(message: StoredMessage): boolean {
  return /^Backup of \S+ is complete/.test(message.text);
}

/** It says that a run goes on, to somebody who reads the channel now. */
function claimsProgress(message: StoredMessage): boolean {
  return hasButton(message) || /^Backup of \S+( is starting|:)/.test(message.text);
}

/**
 * What is wrong with the end of a world in which one backup was asked for, however often the bot was killed on the way;
 * the bot must have stopped. `older`: what retention found in EC2. Nothing, when the promises were kept.
 */
export async function faultsOfOneBackup(world: World, older?: Older): Promise<string[]> {
  const { ec2, dataFolder } = world;
  const left = await leftBehind(dataFolder);
  const finals = runMessages(world).filter(isComplete);
  const others = runMessages(world).filter((m) => !isComplete(m));
  const images = [...ec2.images.values()].filter((image) => older?.stay.includes(image) !== true);

  const checks: Check[] = [
    [images.length === 1, `there are ${images.length} images`],
    [images[0]?.tags['circleci-backup:outcome'] === 'complete', 'the image is not tagged complete'],
    [finals.length === 1, `${finals.length} messages say complete`],
    [!finals.some(hasButton), 'the last word has a button'],
    [!others.some(claimsProgress), `still in progress: ${others.map((m) => m.text).join(' / ')}`],
    ...checksOfOneRun(left, ['request', 'result'], ({ verb }) => verb !== 'prune'),
  ];
  return [...faultsIn(checks), ...(older === undefined ? [] : faultsOfOlder(world, older, left))];
}
