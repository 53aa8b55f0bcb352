import { bad, type Format, format, good } from './format.ts';

/** As Linux, macOS and directories (`DOMAIN\name`, `name@domain`) have them. */
const OS_USER = /^[a-z_][\w.@\\-]{0,63}$/i;

/** `ana=U0123456789`, separated by commas or spaces: users of the operating system and their Slack ids. */
export const cliUsers: Format<Record<string, string>> = format<Record<string, string>>((text) => {
  const users: Record<string, string> = {};
  const use = 'Write the user’s name, “=” and their Slack id';
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const [, name = '', id = ''] = /^([^=]+)=(.+)$/su.exec(part) ?? [];
    if (!OS_USER.test(name) || !/^[UW][A-Z0-9]{6,}$/.test(id))
      return bad({ part, what: 'is not a user’s name, “=” and the Slack id of one person', use });
    if (Object.hasOwn(users, name)) return bad({ part, what: 'names a user twice', use });
    users[name] = id;
  }
  return Object.keys(users).length === 0 ? bad({ what: 'names nobody', use }) : good(users);
});
