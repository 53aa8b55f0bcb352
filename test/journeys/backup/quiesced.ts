import type { InstanceRecord } from '../../../sandbox/ec2/state.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import type { Member, StoredMessage } from '../../../sandbox/slack/model.ts';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { APPROVE } from '../approval/approval.ts';
import { BEGIN, hasLastWord, type Journey, startJourney } from '../journey.ts';
import { skipClock } from '../skip-clock.ts';
import { isWhole } from '../slack/slack.ts';

export interface QuiescedJourney extends Journey {
  /** The EC2 instance, and what runs on it. */
  instance: InstanceRecord;
  services(): Machine;
  /** Asks, and waits until the request stands in the channel. */
  ask(person: Member, text: string): Promise<void>;
  /** The newest request. */
  request(): StoredMessage;
  press(person: Member, actionId: string): Promise<void>;
  /** Somebody has stopped CircleCI before. */
  stoppedBefore(): void;
  /** Ana asks, Ben approves, and the run begins. */
  begin(text: string): Promise<void>;
  /** The run's message, as text. */
  shown(): string;
  /** Waits until this stage of the run is under way. */
  during(title: string): Promise<void>;
  /** The time goes on by so many minutes at once. */
  skip(minutes: number): void;
  /** What the application was when the image was created. */
  appAtImage(): string | undefined;
  /** Waits until the run has its last word, and the note in its thread stands there. */
  over(): Promise<void>;
}

/** Times of the application on the journey's clock, short enough for a test. */
const QUICK = { boot: 20_000, replicated: 5_000, appStart: 60_000, appStop: 20_000, noAnswer: 10_000 };

/** A journey with a machine whose application can be stopped; Ana and Ben are operators and may approve. */
export async function quiescedJourney(options: WorldOptions = {}): Promise<QuiescedJourney> {
  const clock = skipClock(100, BEGIN);
  const journey = await startJourney({
    clock,
    ...options,
    env: { APPROVAL_EXPIRES: '2d', ...options.env },
    ec2: {
      snapshotSeconds: { min: 60, max: 90 },
      machineSeconds: { rebooting: 30, checks: 20 },
      ...options.ec2,
    },
    machines: { timing: QUICK, ...options.machines },
  });
  const { slack, channel, ana, ben } = journey;
  const [instance] = journey.ec2.instances.values();
  if (instance === undefined) throw new Error('there is no machine');
  let appAtImage: string | undefined;
  journey.ec2.onChange(({ noun, what }) => {
    if (noun !== 'image' || what !== 'created') return;
    appAtImage = journey.machines.running.get(instance.instanceId)?.app().state;
  });
  const requests = () =>
    slack
      .messages(channel.id)
      .filter((m) => m.threadTs === undefined && m.text.includes('Back up prod') && isWhole(m));
  const here: QuiescedJourney = {
    ...journey,
    instance,
    services() {
      const machine = journey.machines.running.get(instance.instanceId);
      if (machine === undefined) throw new Error('the machine does not run');
      return machine;
    },
    request() {
      const found = requests().at(-1);
      if (found === undefined) throw new Error('there is no request');
      return found;
    },
    async ask(person, text) {
      const before = requests().length;
      await journey.say(person, text);
      await journey.until('the request stands in the channel', () => requests().length > before);
    },
    async press(person, actionId) {
      const before = slack.ephemerals(person.id).length + slack.views(person.id).length;
      await slack.act(person.id, { message: here.request() }, actionId);
      await journey.until(
        'the click was answered',
        () => slack.ephemerals(person.id).length + slack.views(person.id).length > before,
      );
    },
    async begin(text) {
      await here.ask(ana, text);
      await here.press(ben, APPROVE);
      await journey.until('the run begins', () => run() !== undefined);
    },
    shown: () => `${run()?.text}\n${JSON.stringify(run()?.blocks)}`,
    during: (title) =>
      journey.until(`“${title}” is under way`, () =>
        (run()?.text ?? '').toLowerCase().includes(`: ${title.toLowerCase()}`),
      ),
    skip: (minutes) => clock.skipTo(clock.now() + minutes * 60_000),
    appAtImage: () => appAtImage,
    stoppedBefore() {
      const { disk } = here.services();
      disk.replicated.app = 'stopped';
      const root = instance.devices[0]?.volumeId ?? '';
      const { instanceId, privateIp = '', publicIp = '' } = instance;
      journey.machines.hooks.booted({ instanceId, rootVolumeId: root, privateIp, publicIp });
      here.skip(1);
    },
    over: () =>
      journey.until('the run is over', () => {
        const message = run();
        const isLast = message !== undefined && hasLastWord(message);
        return isLast && slack.messages(channel.id).some((m) => m.threadTs === message.ts && isEnd(m.text));
      }),
  };
  return here;

  function run(): StoredMessage | undefined {
    return journey.runMessages().find((m) => /^Backup of prod/.test(m.text));
  }
}

function isEnd(text: string): boolean {
  return /backup of prod (is|failed|was canceled|has ended)/.test(text);
}
