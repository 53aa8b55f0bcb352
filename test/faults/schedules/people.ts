import type { Member, StoredMessage } from '../../../sandbox/slack/model.ts';
import type { World } from '../../../sandbox/world.ts';
import { eventually } from '../eventually.ts';
import { buttonsOf, isEnd, postsIn } from './messages.ts';
import type { Decision } from './schedule.ts';

const APPROVE = 'circleci-backup:approve';
const DENY = 'circleci-backup:deny';
const DENY_FORM = 'circleci-backup:deny-form';
const WITHDRAW = 'circleci-backup:withdraw';
const ANSWER = 'circleci-backup:answer';
/** An answer that is to be replaced by another one. */
const WAITING = 'One moment';
/** Of the clock, after which a person clicks again: the bot may have died over the first click. */
const AGAIN_MS = 90_000;
const EARLY_MS = 1_000;

/** Of the clock, after which a person takes it that Slack has lost the answer. */
const PATIENCE_MS = 10 * 60_000;

/** What a run asks. */
export interface Asked {
  /** The run's own name of the question, e.g. `launch/2`. */
  key: string;
  labels: string[];
  /** Counts questions from 1. */
  nth: number;
}

export interface Attendance {
  /** Names the button with which a question is answered. */
  choose(asked: Asked): string;
  /** Set: people get in each other's way. It may name a button that Ana presses at the same time. */
  rival?(asked: Asked): string | undefined;
  /** What they make of a request; they approve it where that is missing. */
  decision?: Decision;
}

/** The people in the channel: Ana asks for something, Ben decides about it, and both answer what it asks. */
export interface People {
  /** Types a command and waits for the answer that nobody else sees; gives its text. */
  say(person: Member, text: string): Promise<string>;
  /** Waits until a person is answered anew, and gives the text. */
  answered(person: Member, act: () => Promise<unknown>): Promise<string>;
  /** From now on requests are decided about and questions answered. */
  attend(how: Attendance): void;
  /** The newest message that tells of a run's state. */
  run(): StoredMessage | undefined;
  isOver(): boolean;
  /** All questions that were asked, with what was chosen. */
  answers: [key: string, label: string][];
  leave(): void;
}

export function peopleIn(world: World): People {
  const { slack, clock, ana, ben, cleo } = world;
  const chosen = new Map<string, string>();
  const clicked = new Map<string, number>();
  const gone = new AbortController();
  let attendance: Attendance | undefined;
  let leave = () => {};

  /** Clicks what is still there after a while once more; what the bot does not hear is nothing to a person. */
  function press(person: Member, message: StoredMessage, actionId: string, name: string): void {
    const before = clicked.get(name);
    if (before !== undefined && clock.now() - before < AGAIN_MS) return;
    clicked.set(name, clock.now());
    slack.act(person.id, { message }, actionId).catch(() => undefined);
    // A timer may wake a moment early, and nothing else looks again.
    void clock.sleep(AGAIN_MS + EARLY_MS, gone.signal).then(look);
  }

  function look(): void {
    if (attendance === undefined || gone.signal.aborted) return;
    const posts = postsIn(world);
    for (const message of posts) decide(message, attendance);
    const message = posts.findLast((one) => buttonsOf(one).some(({ id }) => id.startsWith(ANSWER)));
    if (message !== undefined) answer(message, attendance);
  }

  function decide(message: StoredMessage, { decision = 'approve', rival }: Attendance): void {
    if (!buttonsOf(message).some(({ id }) => id === APPROVE) || decision === 'nobody') return;
    if (decision === 'withdraw') press(ana, message, WITHDRAW, message.ts);
    else press(ben, message, decision === 'deny' ? DENY : APPROVE, message.ts);
    for (const view of slack.views(ben.id).filter((one) => one.view.callback_id === DENY_FORM))
      slack.submit(ben.id, view, {}).catch(() => undefined);
    if (rival === undefined) return;
    // Twice, by whoever asked for it, and by somebody who may not, or is one more: only the last may count.
    if (decision === 'approve') press(ben, message, APPROVE, `${message.ts} again`);
    press(ana, message, APPROVE, `${message.ts} by herself`);
    press(cleo, message, APPROVE, `${message.ts} by Cleo`);
  }

  function answer(message: StoredMessage, { choose, rival }: Attendance): void {
    const buttons = buttonsOf(message).filter(({ id }) => id.startsWith(ANSWER));
    const key = buttons[0]?.value.split(' ')[1];
    if (key === undefined) return;
    const asked: Asked = { key, labels: buttons.map(({ label }) => label), nth: chosen.size + 1 };
    const click = (person: Member, label: string | undefined) => {
      const button = buttons.find((one) => one.label === label);
      if (button !== undefined) press(person, message, button.id, `${person.id} ${key}`);
    };
    if (!chosen.has(key)) {
      chosen.set(key, choose(asked));
      click(ana, rival?.(asked));
    }
    const since = clock.now() - (clicked.get(`${ben.id} ${key}`) ?? clock.now());
    click(ben, chosen.get(key));
    // What nobody decides alone waits for another person.
    if (since >= AGAIN_MS) for (const other of [ana, cleo]) click(other, chosen.get(key));
  }

  const people: People = {
    run: () => postsIn(world).findLast((m) => isEnd(m) || buttonsOf(m).some(({ id }) => isOfRun(id))),
    get answers() {
      return [...chosen];
    },
    isOver: () => {
      const message = people.run();
      return message !== undefined && isEnd(message);
    },
    say: (person, text) => people.answered(person, () => slack.command(person.id, world.channel.id, text)),
    async answered(person, act) {
      const before = slack.ephemerals(person.id).length;
      await act();
      const said = () => slack.ephemerals(person.id).slice(before).at(-1)?.text ?? WAITING;
      let isLate = false;
      void clock.sleep(PATIENCE_MS, gone.signal).then(() => {
        isLate = true;
      });
      await eventually(`${person.realName} is answered`, () => isLate || !said().startsWith(WAITING));
      return said();
    },
    attend(how) {
      attendance = how;
      leave = slack.onChange(look);
      look();
    },
    leave() {
      gone.abort();
      leave();
    },
  };
  return people;
}

function isOfRun(actionId: string): boolean {
  return actionId.startsWith(ANSWER) || actionId === 'circleci-backup:cancel';
}
