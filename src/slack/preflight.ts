import type { Target } from '../core/model/target.ts';
import type { Members } from '../core/ports/members.ts';

/** A place in Slack that the settings name, and what is wrong with it; undefined where nothing is, or Slack cannot say. */
export interface Checked {
  name: string;
  trouble: string | undefined;
}

/** Looks whether the channels and user groups of the settings are there, before somebody needs them. */
export async function checkPlaces(
  targets: readonly Pick<Target, 'name' | 'channel' | 'operators' | 'approvers'>[],
  members: Pick<Members, 'botIsIn' | 'groupIsThere'>,
): Promise<Checked[]> {
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
        (await members.groupIsThere(id)) === 'no'
          ? `Slack knows no user group ${id}, which OPERATORS or APPROVERS of ${names} name: nobody can act by it. Set the right id.`
          : undefined,
    };
  });
  return Promise.all([...ofChannels, ...ofGroups]);
}
