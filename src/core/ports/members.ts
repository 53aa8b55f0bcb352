/** Who belongs to whom in Slack, as far as Slack can confirm it. */
export interface Members {
  /** Whether the user is one of the ids, directly or through a user group; `unknown` when Slack cannot answer. */
  isOneOf(userId: string, ids: readonly string[]): Promise<'yes' | 'no' | 'unknown'>;
  /** What kind of account it is; `unknown` when Slack cannot answer. */
  accountOf(userId: string): Promise<AccountKind>;
  /** User ids of a group; `none`: there is no group of this id; `unknown` when Slack cannot answer. */
  peopleIn(groupId: string): Promise<readonly string[] | 'none' | 'unknown'>;
  /** Whether the bot itself is a member of the channel; `unknown` when Slack cannot answer. */
  botIsIn(channelId: string): Promise<'yes' | 'no' | 'unknown'>;
}

/** What Slack says an account is; `gone` was deactivated. */
export type AccountKind = 'person' | 'bot' | 'guest' | 'gone' | 'unknown';

/** Where Slack is not spoken to: the configuration's own ids are all that is known. */
export const nobodyAsked: Members = {
  isOneOf: async (userId, ids) => (ids.includes(userId) ? 'yes' : 'unknown'),
  accountOf: async () => 'unknown',
  peopleIn: async () => 'unknown',
  botIsIn: async () => 'unknown',
};
