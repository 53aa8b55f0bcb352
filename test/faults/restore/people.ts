import type { AnyBlock } from '@slack/types';
import type { Member, StoredMessage } from '../../../sandbox/slack/model.ts';
import { type Filled, hasStages, valuesOf } from '../../journeys/restore/restore.ts';
import { eventually } from '../eventually.ts';
import type { RestoreWorld } from './world.ts';

const FORM = 'circleci-backup:restore';
const WAY = 'circleci-backup:restore-way';
const APPROVE = 'circleci-backup:approve';
const ANSWER = 'circleci-backup:answer';
/** An answer that is to be replaced by another one. */
const WAITING = 'One moment';
/** Stands in the last word alone. */
const TOOK = /\*Took\*/;
/** Wall time after which a person clicks again: the bot may have died over the first click. */
const AGAIN_MS = 1_500;

/** What a restore asks. */
export interface Asked {
  /** The run's own name of the question, e.g. `launch/2`. */
  key: string;
  labels: string[];
  /** Counts questions from 1. */
  nth: number;
}

/** The people in the channel: one asks for a restore, another approves it, and both answer what it asks. */
export interface People {
  /** Ana fills the form and sends it. Gives the refusal where there is no plan to approve. */
  ask(filled: Filled): Promise<string | undefined>;
  /**
   * From now on Ben approves, and questions are answered with the button that `choose` names. `rival` may name one that
   * Ana presses at the same time.
   */
  attend(choose: (asked: Asked) => string, rival?: (asked: Asked) => string | undefined): void;
  /** The restore's message, once there is one. */
  restore(): StoredMessage | undefined;
  isOver(): boolean;
  /** All questions that were asked, with what was chosen. */
  answers: [key: string, label: string][];
  leave(): void;
}

export function peopleIn(world: RestoreWorld): People {
  const { slack, channel, ana, ben } = world;
  const chosen = new Map<string, string>();
  const clicked = new Map<string, number>();
  let choose: ((asked: Asked) => string) | undefined;
  let rival: ((asked: Asked) => string | undefined) | undefined;
  let again: NodeJS.Timeout | undefined;
  let leave = () => {};

  const posts = () =>
    slack.messages(channel.id).filter((m) => m.threadTs === undefined && m.deleted !== true);
  const restore = () => posts().filter(hasStages).at(-1);

  /** Clicks what is still there after a while once more; what the bot does not hear is nothing to a person. */
  function press(person: Member, message: StoredMessage, actionId: string, name: string): void {
    if (performance.now() - (clicked.get(name) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    clicked.set(name, performance.now());
    slack.act(person.id, { message }, actionId).catch(() => undefined);
  }

  function look(): void {
    if (choose === undefined) return;
    for (const message of posts()) {
      if (!buttonsOf(message).some(({ id }) => id === APPROVE)) continue;
      press(ben, message, APPROVE, message.ts);
      if (rival === undefined) continue;
      // Twice, and by whoever asked for it: neither counts.
      press(ben, message, APPROVE, `${message.ts} again`);
      press(ana, message, APPROVE, `${message.ts} by herself`);
    }
    const message = restore();
    if (message === undefined) return;
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
    const since = performance.now() - (clicked.get(`${ben.id} ${key}`) ?? performance.now());
    click(ben, chosen.get(key));
    // What nobody decides alone waits for another person.
    if (since > AGAIN_MS) click(ana, chosen.get(key));
  }

  return {
    restore,
    get answers() {
      return [...chosen];
    },
    isOver: () => {
      const message = restore();
      return message !== undefined && TOOK.test(JSON.stringify(message.blocks));
    },
    async ask(filled) {
      const form = () => slack.views(ana.id).find((view) => view.view.callback_id === FORM);
      await slack.command(ana.id, channel.id, 'restore');
      await eventually('the form is filled', () => form()?.view.submit !== undefined);
      const { way } = filled;
      const first = form();
      if (first !== undefined && way !== undefined && way !== 'replace') {
        await slack.act(ana.id, { view: first }, WAY, { value: way });
        await eventually('the form has changed', () => form()?.hash !== first.hash);
      }
      const view = form();
      if (view === undefined) throw new Error('no form is open');
      const before = slack.ephemerals(ana.id).length;
      await slack.submit(ana.id, view, valuesOf(filled));
      const answer = () => slack.ephemerals(ana.id).slice(before).at(-1)?.text ?? WAITING;
      await eventually('the form is answered', () => !answer().startsWith(WAITING));
      return /needs an approval/.test(answer()) ? undefined : answer();
    },
    attend(how, against) {
      choose = how;
      rival = against;
      again = setInterval(look, AGAIN_MS / 3);
      leave = slack.onChange(look);
      look();
    },
    leave() {
      clearInterval(again);
      leave();
    },
  };
}

function buttonsOf({ blocks }: StoredMessage): { id: string; label: string; value: string }[] {
  return blocks.flatMap((block: AnyBlock) =>
    block.type !== 'actions' || !('elements' in block)
      ? []
      : block.elements.flatMap((element) =>
          element.type === 'button'
            ? [{ id: element.action_id ?? '', label: element.text.text, value: element.value ?? '' }]
            : [],
        ),
  );
}
