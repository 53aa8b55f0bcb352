import type { Member, StoredMessage } from '../../../sandbox/slack/model.ts';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { olderBackups } from '../../older-backup.ts';
import { type Journey, startJourney } from '../journey.ts';
import { isWhole } from '../slack/slack.ts';

export const APPROVE = 'circleci-backup:approve';
export const DENY = 'circleci-backup:deny';
export const WITHDRAW = 'circleci-backup:withdraw';

/** A held backup that was there before the bot. */
const HELD = 'bk-20261001-0300-h7kd';

/** Long enough that no machine is so busy that it expires; 2 days are some ten minutes on the wall. */
const LONG = { APPROVAL_EXPIRES: '2d' };

export interface HeldJourney extends Journey {
  /** Ana asks for the release of the held backup, and the request stands in the channel. */
  askForRelease(): Promise<StoredMessage>;
  /** Waits until a request stands in the channel. */
  asked(): Promise<StoredMessage>;
  /** The newest request in the channel, as it is now. */
  request(): StoredMessage;
  /** A click on it; waits until whoever clicked was answered. */
  click(person: Member, actionId: string): Promise<string>;
  /** Waits until the request's message says this. */
  says(text: string): Promise<void>;
  /** What whoever clicked was told last. */
  told(person: Member): string;
  isHeld(): boolean;
}

/** A journey in which Ana, Ben and Cleo are operators, and the group of approvers is whoever `approvers` names. */
export async function heldJourney(
  options: WorldOptions & { approvers?: ('ana' | 'ben' | 'cleo')[] } = {},
): Promise<HeldJourney> {
  const { approvers = ['ana', 'ben'], ...rest } = options;
  const journey = await startJourney({ ...rest, env: { ...LONG, ...rest.env } });
  const { slack, channel, ec2, clock } = journey;
  const people = { ana: journey.ana.id, ben: journey.ben.id, cleo: journey.cleo.id };
  const group = slack.workspace.userGroups.find(({ handle }) => handle === 'ci-approvers');
  if (group !== undefined) group.users = approvers.map((who) => people[who]);
  const [machine] = ec2.instances.values();
  if (machine === undefined) throw new Error('the sandbox has no machine');
  const backup = olderBackups(ec2, machine, clock.now());
  const image = backup(
    50,
    { name: `circleci-backup/prod/${HELD}`, protection: 'enabled-without-cooldown' },
    { 'circleci-backup:run': HELD, 'circleci-backup:held': `${people.ben} before the upgrade` },
  );

  const requests = () =>
    slack
      .messages(channel.id)
      .filter((m) => m.threadTs === undefined && !m.deleted && m.text.includes(`Release ${HELD}`))
      .filter(isWhole);
  const request = () => {
    const found = requests().at(-1);
    if (found === undefined) throw new Error('there is no request in the channel');
    return found;
  };
  const told = (person: Member) => {
    const last = journey.slack.ephemerals(person.id).at(-1);
    return last === undefined ? '' : last.text + JSON.stringify(last.blocks);
  };

  return {
    ...journey,
    request,
    told,
    isHeld: () => image.tags['circleci-backup:held'] !== undefined || image.protection !== 'disabled',
    async asked() {
      await journey.until('a request was shown', () => requests().length > 0);
      return request();
    },
    async askForRelease() {
      const before = requests().length;
      await journey.say(journey.ana, `release ${HELD} the upgrade went well`);
      await journey.until('the request was shown', () => requests().length > before);
      return request();
    },
    async click(person, actionId) {
      const before = journey.slack.ephemerals(person.id).length;
      await slack.act(person.id, { message: request() }, actionId);
      await journey.until(
        `the click of ${person.realName} was answered`,
        () => journey.slack.ephemerals(person.id).length > before,
      );
      return told(person);
    },
    says: (text) =>
      journey.until(`the request said “${text}”`, () =>
        (request().text + JSON.stringify(request().blocks)).includes(text),
      ),
  };
}
