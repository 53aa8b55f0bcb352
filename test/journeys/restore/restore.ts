import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import { textAt } from '../../../sandbox/machine/disk/disk.ts';
import type { Member, OpenView, StoredMessage } from '../../../sandbox/slack/model.ts';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { olderBackups } from '../../older-backup.ts';
import { QUICK_SECONDS, QUICK_TIMING } from '../../quick-machines.ts';
import { BEGIN, type Journey, startJourney } from '../journey.ts';
import { skipClock } from '../skip-clock.ts';
import { buttonOf } from '../slack/slack.ts';

const APPROVE = 'circleci-backup:approve';
const FORM = 'circleci-backup:restore';

/** What a person writes and chooses in the form; the rest stays as it is filled. */
export interface Filled {
  backup?: string;
  way?: 'replace' | 'in-place' | 'test';
  type?: string;
  groups?: string;
  host?: string;
  options?: string[];
  reason?: string;
}

export interface RestoreJourney extends Journey {
  /** Ana backs up, and the backup is complete. Gives its id. */
  backUp(): Promise<string>;
  /** A complete backup of the machine as it is now, without the time that one takes. */
  haveBackup(tags?: Record<string, string | undefined>): string;
  /** The time goes on by this much at once. */
  skip(ms: number): void;
  /** Types the command and waits until the form is filled. */
  openForm(person: Member, text?: string): Promise<OpenView>;
  /** Fills the form that is open and sends it; waits until whoever sent it was answered. */
  send(person: Member, filled?: Filled): Promise<void>;
  /** Ana asks for a restore, Ben approves it, and it begins. */
  begin(filled?: Filled): Promise<void>;
  approve(person: Member): Promise<void>;
  /** The newest restore's message, as it is now. */
  restore(): StoredMessage;
  /** Waits until it says this. */
  says(text: string | RegExp): Promise<void>;
  /** Waits for a question with such a button, presses it, and waits until the question is gone. */
  answer(person: Member, label: string): Promise<void>;
  /** Presses such a button, whatever comes of it, and waits until whoever pressed it was answered. */
  press(person: Member, label: string): Promise<void>;
  /** Waits until the restore has its last word, and nothing is left to be said. */
  restored(): Promise<void>;
  /** The machine that was there from the first. */
  old: InstanceRecord;
  /** What of the old machine a restore could have touched, as it is now: compared before and after. */
  oldAsItIs(): unknown;
  /** What is left for people, as it stands in the channel. */
  list(): StoredMessage | undefined;
  /** Compares what the restore itself said, and the answers to clicks, with a transcript. */
  expectStory(name: string): Promise<void>;
  /** Machines that restores launched and that are not gone, oldest first. */
  launched(): InstanceRecord[];
}

const FILES = ['default', 'sysconfig'].flatMap((folder) => [
  `/etc/${folder}/replicated`,
  `/etc/${folder}/replicated-operator`,
]);

/** Calls that change a machine, its tags or its addresses. */
const CHANGING = new Set([
  'StopInstances',
  'StartInstances',
  'TerminateInstances',
  'RebootInstances',
  'ModifyInstanceAttribute',
  'CreateTags',
  'DeleteTags',
  'AssociateAddress',
  'DisassociateAddress',
  'CreateReplaceRootVolumeTask',
]);

const SPEED = 100;

/** Faster than the sandbox's own times: what is waited for is the same. */
const QUICK: WorldOptions = {
  ec2: {
    snapshotSeconds: { min: 2, max: 5 },
    machineSeconds: QUICK_SECONDS,
  },
  machines: { timing: QUICK_TIMING },
};

/** A journey with a Services machine; Ana and Ben are operators and may approve. */
export async function restoreJourney(options: WorldOptions = {}): Promise<RestoreJourney> {
  const env = { APPROVAL_EXPIRES: '2d', ...options.env };
  const clock = skipClock(SPEED, BEGIN);
  const journey = await startJourney({
    ...QUICK,
    clock,
    ...options,
    ec2: { ...QUICK.ec2, ...options.ec2 },
    env,
  });
  const { slack, channel, ec2, ana, ben } = journey;
  const [old] = ec2.instances.values();
  if (old === undefined) throw new Error('the sandbox has no machine');
  const backup = olderBackups(ec2, old, clock.now());

  const stageMessages = () => slack.messages(channel.id).filter((m) => !m.deleted && hasStages(m));
  const restore = () => {
    const found = stageMessages().at(-1);
    if (found === undefined) throw new Error('there is no restore in the channel');
    return found;
  };
  const shown = (message: StoredMessage) => `${message.text}\n${JSON.stringify(message.blocks)}`;

  const answered = async (person: Member, act: () => Promise<unknown>, what: string) => {
    const before = slack.ephemerals(person.id).length;
    await act();
    await journey.until(`${what} was answered`, () => slack.ephemerals(person.id).length > before);
  };

  const here: RestoreJourney = {
    ...journey,
    old,
    restore,
    oldAsItIs() {
      const machine = journey.machines.running.get(old.instanceId);
      const disk = machine?.disk;
      return {
        state: old.state,
        tags: { ...old.tags },
        publicIp: machine?.addresses.publicIp,
        app: machine?.app().state,
        files: disk === undefined ? undefined : FILES.map((path) => textAt(disk, path)),
        changes: ec2.calls
          .filter(({ action, dryRun }) => CHANGING.has(action) && !dryRun)
          .filter((call) => JSON.stringify(call).includes(old.instanceId))
          .map(({ action }) => action),
      };
    },
    list: () =>
      slack
        .messages(channel.id)
        .findLast((m) => m.threadTs === undefined && JSON.stringify(m.blocks).includes(':clipboard:')),
    expectStory: (name) => journey.expectTranscript(name, story),
    launched: () => [...ec2.instances.values()].filter((one) => one !== old && one.state !== 'terminated'),
    async backUp() {
      await journey.say(ana, 'now');
      await journey.ended(journey.runMessages().length || 1);
      return journey.runId(1);
    },
    haveBackup(tags = {}) {
      const image = backup(1 / 24, {}, { ...catalogueTags(old), ...tags });
      for (const { snapshotId } of image.mappings) {
        const root = old.devices.find(({ device }) => device === old.rootDevice);
        journey.machines.hooks.snapshotStarted(snapshotId, root?.volumeId ?? '');
      }
      // The bot reads the catalogue anew once what it read is old.
      here.skip(60_000);
      return image.tags[TAG.run] ?? '';
    },
    skip: (ms) => clock.skipTo(clock.now() + ms),
    async openForm(person, text = '') {
      await slack.command(person.id, channel.id, `restore ${text}`.trim());
      const filled = () =>
        slack.views(person.id).find((view) => view.view.callback_id === FORM && !isLoading(view));
      await journey.until('the form is filled', () => filled() !== undefined);
      const view = filled();
      if (view === undefined) throw new Error('the form was closed');
      return view;
    },
    async send(person, filled = {}) {
      const way = filled.way;
      let view = slack.views(person.id).find((one) => one.view.callback_id === FORM);
      if (view === undefined) throw new Error('no form is open');
      if (way !== undefined) {
        const before = view.hash;
        await slack.act(person.id, { view }, 'circleci-backup:restore-way', { value: way });
        await journey.until('the form has changed', () => slack.views(person.id).at(-1)?.hash !== before);
        view = slack.views(person.id).at(-1) ?? view;
      }
      const sent = view;
      await answered(
        person,
        () => slack.submit(person.id, sent, valuesOf(filled, backupField(sent))),
        'the form',
      );
    },
    async approve(person) {
      await journey.until('the request stands in the channel', () => findRequest() !== undefined);
      const message = findRequest();
      if (message === undefined) throw new Error('there is no request');
      const before = stageMessages().length;
      await answered(person, () => slack.act(person.id, { message }, APPROVE), 'the approval');
      await journey.until('the restore begins', () => stageMessages().length > before);
    },
    async begin(filled = {}) {
      await here.openForm(ana);
      await here.send(ana, filled);
      await here.approve(ben);
    },
    says: (text) =>
      journey.until(`the restore said ${text}`, () => {
        const said = shown(restore());
        return typeof text === 'string' ? said.includes(text) : text.test(said);
      }),
    async press(person, label) {
      const press = () => buttonOf(restore(), label);
      await journey.until(`the restore asks, with “${label}”`, () => press() !== undefined);
      const actionId = press() ?? '';
      await answered(person, () => slack.act(person.id, { message: restore() }, actionId), `“${label}”`);
    },
    async answer(person, label) {
      await journey.until(
        `the restore asks, with “${label}”`,
        () => buttonOf(restore(), label) !== undefined,
      );
      const before = restore().text;
      await here.press(person, label);
      await journey.until('the question is gone', () => restore().text !== before);
    },
    async restored() {
      await journey.until('the restore has its last word', () => hasLastWord(restore()));
      const { ts, text } = restore();
      const headline = text.slice(0, text.indexOf(' (rs-'));
      // The note of the end is the last one of the thread.
      await journey.until('the end is told in its thread', () =>
        slack.messages(channel.id).some((m) => m.threadTs === ts && m.text.includes(`${headline}.`)),
      );
      if (/ runs on /.test(restore().text))
        await journey.until('its list stands in the channel', () => (here.list()?.ts ?? '') > ts);
    },
  };
  return here;

  function findRequest(): StoredMessage | undefined {
    return slack
      .messages(channel.id)
      .filter(
        (m) => m.threadTs === undefined && !m.deleted && JSON.stringify(m.blocks).includes(`"${APPROVE}"`),
      )
      .at(-1);
  }
}

/** A restore's message shows its steps. */
export function hasStages(message: StoredMessage): boolean {
  return message.threadTs === undefined && /Compare the plan with EC2/.test(JSON.stringify(message.blocks));
}

function hasLastWord(message: StoredMessage): boolean {
  return (
    !message.blocks.some((block) => block.type === 'actions') &&
    /\*Took\*/.test(JSON.stringify(message.blocks))
  );
}

/** What a backup of the machine says of it. */
export function catalogueTags(machine: InstanceRecord): Record<string, string | undefined> {
  return {
    [TAG.privateIp]: machine.privateIp,
    [TAG.publicIp]: machine.publicIp,
    [TAG.instanceType]: machine.instanceType,
    [TAG.zone]: machine.zone,
    [TAG.subnet]: machine.subnetId,
    [TAG.securityGroups]: machine.securityGroups.map(({ groupId }) => groupId).join(' '),
    [TAG.key]: machine.keyName,
    [TAG.profile]: machine.profileArn,
    [TAG.hostname]: 'ci.acme-rail.example',
  };
}

/** From the restore's own message on: what came before is in the transcripts of the ways. */
function story(transcript: string): string {
  const parts = transcript.split(/\n(?=CircleCI Backup {2}\(edited\)\n)/);
  const at = parts.findIndex((part) => /Steps\n +. Check the approval/.test(part));
  return `${parts.slice(at).join('\n').split('\n\nOnly ')[0]}\n`;
}

function isLoading({ view }: OpenView): boolean {
  return JSON.stringify(view.blocks).includes('One moment');
}

/** The field's id; where there are several targets it names the one that the form is for. */
function backupField({ view }: OpenView): string {
  return view.blocks.find(({ block_id: id }) => id?.split(':')[0] === 'backup')?.block_id ?? 'backup';
}

export function valuesOf(
  { backup, type, groups, host, options, reason }: Filled,
  backupId = 'backup',
): Record<string, Record<string, unknown>> {
  const text = (id: string, value: string | undefined) =>
    value === undefined ? {} : { [id]: { [id]: { type: 'plain_text_input', value } } };
  const option = (value: string) => ({ text: { type: 'plain_text', text: value }, value });
  return {
    ...text('type', type),
    ...text('groups', groups),
    ...text('host', host),
    ...text('reason', reason),
    ...(backup === undefined
      ? {}
      : {
          [backupId]: {
            'circleci-backup:restore-backup': { type: 'external_select', selected_option: option(backup) },
          },
        }),
    ...(options === undefined
      ? {}
      : { options: { options: { type: 'checkboxes', selected_options: options.map(option) } } }),
  };
}
