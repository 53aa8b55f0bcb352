import type { Target } from '../core/model/target.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Members } from '../core/ports/members.ts';

const AGAIN_MS = 10 * 60_000;

type OfTarget = Pick<Target, 'name' | 'channel' | 'operators' | 'approvers'>;

interface Deps {
  members: Pick<Members, 'botIsIn' | 'peopleIn'>;
  clock: Clock;
  /** Told of each place, and what is wrong with it. */
  tell(name: string, trouble: string | undefined): void;
}

/** Whether the channels and groups of the settings are all there. */
export function createPlaces({ members, clock, tell }: Deps, targets: readonly OfTarget[]) {
  async function look(): Promise<boolean> {
    const places = await checkPlaces(targets, members);
    for (const { name, trouble } of places) tell(name, trouble);
    return places.every(({ trouble }) => trouble === undefined);
  }
  return {
    look,
    /** Resolves when they are, or the signal aborts. */
    async keepLooking(signal: AbortSignal): Promise<void> {
      do await clock.sleep(AGAIN_MS, signal);
      while (!signal.aborted && !(await look()));
    },
  };
}

/** A place in Slack that the settings name, and what is wrong with it; undefined where nothing is, or Slack cannot say. */
interface Checked {
  name: string;
  trouble: string | undefined;
}

/** Looks whether the channels and user groups of the settings are there, before somebody needs them. */
async function checkPlaces(targets: readonly OfTarget[], members: Deps['members']): Promise<Checked[]> {
  const channels = [...new Set(targets.map(({ channel }) => channel))];
  const groups = [...new Set(targets.flatMap((one) => [...one.operators, ...one.approvers]))].filter((id) =>
    id.startsWith('S'),
  );
  const namesOf = (isIts: (target: (typeof targets)[number]) => boolean) =>
    targets
      .filter(isIts)
      .map(({ name }) => name)
      .slice(0, 5)
      .join(', ');
  const ofChannels = channels.map(async (id): Promise<Checked> => {
    const isIn = await members.botIsIn(id);
    const names = namesOf(({ channel }) => channel === id);
    return {
      name: `channel ${id}`,
      trouble:
        isIn === 'no'
          ? `The bot is not in the channel ${id} of ${names}, or there is none of that id: nothing can be posted there. Invite the bot, or set BACKUP_CHANNEL.`
          : undefined,
    };
  });
  const ofGroups = groups.map(async (id): Promise<Checked> => {
    const names = namesOf(({ operators, approvers }) => [...operators, ...approvers].includes(id));
    return {
      name: `group ${id}`,
      trouble:
        (await members.peopleIn(id)) === 'none'
          ? `Slack knows no user group ${id}, which OPERATORS or APPROVERS of ${names} name: nobody can act by it. Set the right id.`
          : undefined,
    };
  });
  return Promise.all([...ofChannels, ...ofGroups]);
}
