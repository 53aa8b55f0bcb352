/** What the bot may do in Slack: usergroups:read and users:read: who may do what; files:write: long lists; *:read: the channel's name. No history. */
export const SCOPES = [
  'commands',
  'chat:write',
  'im:write',
  'usergroups:read',
  'users:read',
  'files:write',
  'channels:read',
  'groups:read',
] as const;
