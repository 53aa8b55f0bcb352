import type { Member, OpenView, StoredMessage } from './slack/model.ts';
import { renderEphemeral, renderMessage } from './slack/render/render-text.ts';
import { renderView } from './slack/render/render-view.ts';
import { createWorld, type World } from './world.ts';

/** Far above what a part takes; a tour that hangs must fail, not wait. */
const LIMIT_MS = 60_000;

export type Print = (text?: string) => void;

/** A machine is lost; Ana asks for its restore, Ben approves it, and both do what only people can. `afterwards`: the next scene in the same world. */
export async function playRestore(
  print: Print,
  speed: number,
  afterwards: (world: World) => Promise<void>,
): Promise<void> {
  const world = await createWorld({ speed, ec2: { snapshotSeconds: { min: 60, max: 120 } } });
  try {
    const [machine] = world.ec2.instances.values();
    if (machine === undefined) throw new Error('The tour has no machine.');
    const elastic = world.ec2.addAddress({ instanceId: machine.instanceId });
    world.machines.names.set('ci.acme-rail.example', elastic.publicIp);
    await world.startBot();
    await lose(world, print, machine.instanceId);
    await askFor(world, print);
    await approve(world, print);
    await follow(world, print);
    await tickAll(world, print);
    const holder = elastic.held?.instanceId;
    print(`  (EC2: ${elastic.publicIp} leads to ${holder}; the machine that was lost is ${machine.state}.)`);
    await afterwards(world);
  } finally {
    await world.close();
  }
}

async function lose(world: World, print: Print, instanceId: string): Promise<void> {
  await type(world, print, world.ana, 'now');
  await until(world, 'the backup is complete', () => found(world, /is complete/) !== undefined);
  print('  (The backup is complete. Some hours later the machine is gone: EC2 has terminated it.)\n');
  world.ec2.terminateInstance(instanceId);
  await until(
    world,
    'the machine is gone',
    () => world.ec2.instances.get(instanceId)?.state === 'terminated',
  );
}

/** The form as it is filled; Ana only says why. */
async function askFor(world: World, print: Print): Promise<void> {
  const { slack, ana, channel } = world;
  print('  Ana Marić types  /circleci-backup restore');
  await slack.command(ana.id, channel.id, 'restore');
  const form = (): OpenView | undefined => slack.views(ana.id).find(({ view }) => view.submit !== undefined);
  await until(world, 'the form is filled', () => form() !== undefined);
  const view = form();
  if (view === undefined) return;
  print(indented(renderView(view, slack.workspace, { width: 92 }), '    '));
  const reason = { reason: { type: 'plain_text_input', value: 'the machine is gone' } };
  const before = slack.ephemerals(ana.id).length;
  await slack.submit(ana.id, view, { reason });
  await until(world, 'Ana is answered', () => slack.ephemerals(ana.id).length > before);
  answers(world, print, ana, before);
}

export async function approve(world: World, print: Print): Promise<void> {
  const { slack, ben, channel } = world;
  const request = () => slack.messages(channel.id).find((m) => has(m, 'circleci-backup:approve'));
  await until(world, 'the request stands in the channel', () => request() !== undefined);
  const message = request();
  if (message === undefined) return;
  show(world, print, message);
  print('\n  Ben Okoro presses  Approve');
  const before = slack.ephemerals(ben.id).length;
  await slack.act(ben.id, { message }, 'circleci-backup:approve');
  await until(world, 'Ben is answered', () => slack.ephemerals(ben.id).length > before);
  answers(world, print, ben, before);
}

/** Each first line of the restore, its cut-over, and its last word with the thread. */
async function follow(world: World, print: Print): Promise<void> {
  const { slack, ben, channel } = world;
  const restore = () => slack.messages(channel.id).find((m) => has(m, 'Compare the plan with EC2'));
  let shown = '';
  const look = () => {
    const line = (restore()?.text.split('\n')[0] ?? '').replace(/ \(rs-[^)]*\)$/, '');
    if (line === shown || line === '') return;
    shown = line;
    print(`    #${channel.name} │ ${line}`);
  };
  await until(world, 'the new machine is ready', () => has(restore(), 'circleci-backup:answer'), look);
  const asking = restore();
  if (asking === undefined) return;
  print('\n  Ben Okoro presses  Cut over\n');
  await slack.act(ben.id, { message: asking }, 'circleci-backup:answer:0');
  const isOver = () => / runs on .*restored from/.test(restore()?.text ?? '') && list(world) !== undefined;
  await until(world, 'the restore ends', isOver, look);
  const message = restore();
  if (message !== undefined) show(world, print, message);
}

async function tickAll(world: World, print: Print): Promise<void> {
  const { slack, ana, ben } = world;
  const people = [ana, ben];
  const left = () => tickButtons(list(world)).length;
  print('\n  Ana and Ben do what only people can, and tick it.');
  for (let n = left(); n > 0; n -= 1) {
    const message = list(world);
    const [blockId] = tickButtons(message);
    const person = people[n % 2];
    if (message === undefined || blockId === undefined || person === undefined) return;
    await slack.act(person.id, { message }, 'circleci-backup:tick', { blockId });
    await until(world, 'the item is ticked', () => left() < n);
  }
  await until(world, 'the list is finished', () => found(world, /checklist complete/) !== undefined);
  const finished = found(world, /checklist complete/);
  if (finished !== undefined) show(world, print, finished);
}

function list(world: World): StoredMessage | undefined {
  return world.slack.messages(world.channel.id).find((m) => has(m, ':clipboard:'));
}

function tickButtons(message: StoredMessage | undefined): string[] {
  return (message?.blocks ?? []).flatMap((block) =>
    JSON.stringify(block).includes('"circleci-backup:tick"') ? [block.block_id ?? ''] : [],
  );
}

function found(world: World, text: RegExp): StoredMessage | undefined {
  return world.slack.messages(world.channel.id).find((m) => m.threadTs === undefined && text.test(m.text));
}

export function has(message: StoredMessage | undefined, text: string): boolean {
  return (
    message !== undefined && message.threadTs === undefined && JSON.stringify(message.blocks).includes(text)
  );
}

export function show({ slack, channel }: World, print: Print, message: StoredMessage): void {
  print(`\n  #${channel.name}`);
  print(indented(renderMessage(message, slack.workspace, { width: 92 }), '    '));
  for (const reply of slack.messages(channel.id).filter((m) => m.threadTs === message.ts)) {
    print(indented(renderMessage(reply, slack.workspace, { width: 88 }), '      │ '));
  }
}

async function type(world: World, print: Print, person: Member, text: string): Promise<void> {
  const { slack, channel } = world;
  print(`  ${person.realName} types  /circleci-backup ${text}`);
  const before = slack.ephemerals(person.id).length;
  await slack.command(person.id, channel.id, text);
  await until(world, `an answer to “${text}”`, () => slack.ephemerals(person.id).length > before);
  answers(world, print, person, before);
}

export function answers({ slack }: World, print: Print, person: Member, from: number): void {
  for (const answer of slack.ephemerals(person.id).slice(from)) {
    print(indented(renderEphemeral(answer, slack.workspace, { width: 92 }), '    '));
  }
  print();
}

export async function until(
  world: World,
  what: string,
  condition: () => boolean,
  look: () => void = () => {},
): Promise<void> {
  const started = performance.now();
  for (;;) {
    look();
    if (condition()) return;
    if (performance.now() - started > LIMIT_MS) throw new Error(`The tour waited in vain: ${what}.`);
    await world.clock.sleep(500);
  }
}

export function indented(text: string, by: string): string {
  return text
    .split('\n')
    .map((line) => `${by}${line}`.trimEnd())
    .join('\n');
}
