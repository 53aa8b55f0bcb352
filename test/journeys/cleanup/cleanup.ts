import type { Machine } from '../../../sandbox/machine/machine.ts';
import type { Member, OpenView, StoredMessage } from '../../../sandbox/slack/model.ts';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { type Journey, startJourney } from '../journey.ts';
import { buttonOf, isWhole } from '../slack/slack.ts';

const APPROVE = 'circleci-backup:approve';
export const DENY = 'circleci-backup:deny';
const FORM = 'circleci-backup:cleanup';

export interface CleanupJourney extends Journey {
  /** The Services machine, with three builds that show as running for ever: 1220, 1221 and 1222. */
  machine: Machine;
  /** Addresses of builds on it, by their numbers. */
  urls(...numbers: number[]): string;
  /** Numbers of the builds that are there and show as running. */
  running(): number[];
  /** Waits until a request stands in the channel. */
  requested(): Promise<void>;
  /** The newest request in the channel, as it is now. */
  request(): StoredMessage;
  approve(person: Member): Promise<void>;
  /** The newest clean-up's message, as it is now. */
  cleanup(): StoredMessage;
  says(text: string | RegExp): Promise<void>;
  /** Presses a button of a question. */
  answer(person: Member, label: string): Promise<void>;
  /** Ana names the builds, Ben approves. */
  begin(...numbers: number[]): Promise<void>;
  /** Waits until the clean-up has its last word, and its end was told. */
  cleaned(): Promise<void>;
  /** Types `cleanup stuck …` and waits until the form is filled. */
  openForm(person: Member, text?: string): Promise<OpenView>;
  /** The form as it is now. */
  form(person: Member): OpenView;
}

const QUICK: WorldOptions = {
  speed: 100,
  machines: { timing: { devConsole: 2_000, devConsoleForm: 10, noAnswer: 10_000 } },
};

/** A journey on a machine whose builds nobody drives any more; Ana and Ben are operators and may approve. */
export async function cleanupJourney(options: WorldOptions = {}): Promise<CleanupJourney> {
  const env = { APPROVAL_EXPIRES: '2d', ...options.env };
  const journey = await startJourney({ ...QUICK, ...options, env });
  const { slack, channel, ec2, machines, ana, ben } = journey;
  const [instance] = ec2.instances.values();
  const machine = machines.of(instance?.instanceId ?? '');
  // As a restore leaves them.
  for (const build of machine.disk.builds) delete build.endsAt;

  const top = () => slack.messages(channel.id).filter((m) => m.threadTs === undefined && !m.deleted);
  const shown = (message: StoredMessage) => `${message.text}\n${JSON.stringify(message.blocks)}`;
  const newest = (what: string, is: (message: StoredMessage) => boolean) => {
    const found = top().filter(is).at(-1);
    if (found === undefined) throw new Error(`there is no ${what} in the channel`);
    return found;
  };
  const isCleanup = (m: StoredMessage) => JSON.stringify(m.blocks).includes('Open the dev-console');
  const isRequest = (m: StoredMessage) => isWhole(m) && !isCleanup(m) && /Delete the records of/.test(m.text);

  const answered = async (person: Member, act: () => Promise<unknown>, what: string) => {
    const before = slack.ephemerals(person.id).length;
    await act();
    await journey.until(`${what} was answered`, () => slack.ephemerals(person.id).length > before);
  };
  const formOf = (person: Member) => slack.views(person.id).find((v) => v.view.callback_id === FORM);

  const here: CleanupJourney = {
    ...journey,
    machine,
    urls: (...numbers) =>
      numbers
        .map((number) => {
          const build = machine.disk.builds.find((one) => one.number === number);
          return `https://ci.acme-rail.example/gh/acme-rail/${build?.project ?? 'timetable'}/${number}`;
        })
        .join(' '),
    running: () => machine.disk.builds.filter((one) => one.lifecycle === 'running').map((one) => one.number),
    requested: () => journey.until('the request is shown', () => top().some(isRequest)),
    request: () => newest('request', isRequest),
    async approve(person) {
      await journey.until('the request has buttons', () =>
        top().some((m) => isRequest(m) && JSON.stringify(m.blocks).includes(APPROVE)),
      );
      await answered(
        person,
        () => slack.act(person.id, { message: here.request() }, APPROVE),
        'the approval',
      );
    },
    cleanup: () => newest('clean-up', isCleanup),
    says: (text) =>
      journey.until(`the clean-up said ${text}`, () => {
        if (!top().some(isCleanup)) return false;
        const said = shown(here.cleanup());
        return typeof text === 'string' ? said.includes(text) : text.test(said);
      }),
    async answer(person, label) {
      const press = () => buttonOf(here.cleanup(), label);
      await journey.until(
        `the clean-up asks, with “${label}”`,
        () => top().some(isCleanup) && press() !== undefined,
      );
      const actionId = press() ?? '';
      const before = shown(here.cleanup());
      await answered(person, () => slack.act(person.id, { message: here.cleanup() }, actionId), `“${label}”`);
      await journey.until('the question is gone', () => shown(here.cleanup()) !== before);
    },
    async begin(...numbers) {
      await journey.say(ana, `cleanup ${here.urls(...numbers)}`);
      await here.approve(ben);
      await journey.until('the clean-up begins', () => top().some(isCleanup));
    },
    async cleaned() {
      await here.says(/\*Took\*/);
      const { ts } = here.cleanup();
      await journey.until('the end is told in its thread', () =>
        slack
          .messages(channel.id)
          .some((m) => m.threadTs === ts && /<@U\w+> The (builds|clean-up) of /.test(m.text)),
      );
    },
    async openForm(person, text = '') {
      await slack.command(person.id, channel.id, `cleanup stuck ${text}`.trim());
      await journey.until('the form is filled', () => {
        const view = formOf(person);
        return view !== undefined && !JSON.stringify(view.view.blocks).includes('One moment');
      });
      return here.form(person);
    },
    form(person) {
      const view = formOf(person);
      if (view === undefined) throw new Error('no form is open');
      return view;
    },
  };
  return here;
}
