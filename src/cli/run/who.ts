import { isPerson, osUserIn, type Person, type Requester } from '../../core/model/person.ts';

/** An id of Slack, or a user of the operating system. */
export function idInWords(id: string): string {
  const osUser = osUserIn(id);
  return osUser === undefined ? id : `${osUser} (command line)`;
}

export function personInWords({ userId, teamId }: Person): string {
  const osUser = osUserIn(teamId);
  return osUser === undefined || osUserIn(userId) !== undefined
    ? idInWords(userId)
    : `${userId} (${osUser}, command line)`;
}

export function requesterInWords(requester: Requester): string {
  return isPerson(requester) ? personInWords(requester) : `the schedule ${requester.schedule}`;
}
