import { bad, type Format, format, good, listOf } from './format.ts';

/** A channel's id: `C…`, or `G…` for private channels made before 2021. */
export const channelId: Format<string> = format((text) => {
  if (/^[CG][A-Z0-9]{6,}$/.test(text)) return good(text);
  return bad({
    what:
      text.startsWith('D') && /^D[A-Z0-9]{6,}$/.test(text)
        ? 'is a direct message'
        : 'is not the id of a channel',
    use: 'In Slack, click the name at the top of the channel: the id stands at the end of “About”',
  });
});

/** Ids of people (`U…`, `W…`) and user groups (`S…`). */
export const peopleIds: Format<string[]> = listOf(/^[UWS][A-Z0-9]{6,}$/, {
  what: 'is not the id of a person or a user group',
  use: 'In Slack, open the profile, then ⋮ and “Copy member ID” (a user group: ⋮ and “Copy group ID”)',
});
