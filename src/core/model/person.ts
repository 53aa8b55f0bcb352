/** A person in Slack: nothing but the two ids is trusted. */
export interface Person {
  userId: string;
  teamId: string;
}

/** Who asked for a run: a person, or one of the target's schedules at one of its slots (ms since epoch). */
export type Requester = Person | { schedule: string; slot: number };

export function isPerson(requester: Requester): requester is Person {
  return 'userId' in requester;
}
