/**
 * Somebody who acts: the two ids are all that is known of them. In Slack a user's and their workspace's id; on the command line
 * `os:NAME` stands in place of the workspace, and of the user too where CLI_USERS knows no Slack id for that name.
 */
export interface Person {
  userId: string;
  teamId: string;
}

/** Who asked for a run: a person, or one of the target's schedules at one of its slots (ms since epoch). */
export type Requester = Person | { schedule: string; slot: number };

export function isPerson(requester: Requester): requester is Person {
  return 'userId' in requester;
}

/** No id of Slack begins so. */
const OS = 'os:';

/** Whoever types on the command line as this user of the operating system; `slackId` is what CLI_USERS says of the name. */
export function personOnCommandLine(osUser: string, slackId: string | undefined): Person {
  return { userId: slackId ?? `${OS}${osUser}`, teamId: `${OS}${osUser}` };
}

/** The user of the operating system that an id or a team stands for; undefined where it is Slack's. */
export function osUserIn(id: string): string | undefined {
  return id.startsWith(OS) ? id.slice(OS.length) : undefined;
}

/** One person acts in Slack and on the command line; two workspaces are two. */
export function isSamePerson(one: Person, other: Person): boolean {
  const byCommandLine = osUserIn(one.teamId) !== undefined || osUserIn(other.teamId) !== undefined;
  return one.userId === other.userId && (byCommandLine || one.teamId === other.teamId);
}
