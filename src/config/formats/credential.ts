import { SHORTEST_SECRET } from '../../core/text/redact.ts';
import { bad, type Format, format, good, matching } from './format.ts';

/** A secret of no known form. A shorter one could not be blanked out of logs without hitting innocent text. */
export const credential: Format<string> = format((text) =>
  text.length >= SHORTEST_SECRET
    ? good(text)
    : bad({
        what: `is shorter than ${SHORTEST_SECRET} characters, too short to be kept out of logs`,
        use: 'Copy it again in full',
      }),
);

export const slackBotToken = matching(/^xoxb-[\w-]{6,}$/, {
  what: 'is not a bot token',
  use: 'Copy the “Bot User OAuth Token” from the app’s page “OAuth & Permissions”',
});

export const slackAppToken = matching(/^xapp-[\w-]{6,}$/, {
  what: 'is not an app-level token',
  use: 'Make one with the scope connections:write on the app’s page “Basic Information”',
});

export const slackSigningSecret = matching(/^\S{16,}$/, {
  what: 'is not a signing secret',
  use: 'Copy it from “App Credentials” on the app’s page “Basic Information”',
});
