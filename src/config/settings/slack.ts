import { slackAppToken, slackBotToken, slackSigningSecret } from '../formats/credential.ts';
import { wholeNumber } from '../formats/format.ts';
import { hostName } from '../formats/host-name.ts';
import { apiAddress } from '../formats/url.ts';
import type { Setting } from './setting.ts';

/** How the bot and Slack reach each other. */
export const SLACK = {
  SLACK_BOT_TOKEN: {
    format: slackBotToken,
    scope: 'bot',
    needed: true,
    secret: 'whole',
    help: 'The bot token of the Slack app, from its page “OAuth & Permissions”.',
    example: 'xoxb-copied-from-slack',
  },
  SLACK_APP_TOKEN: {
    format: slackAppToken,
    scope: 'bot',
    secret: 'whole',
    help: 'Socket Mode (the safer way: no port is open to the internet): an app-level token with connections:write.',
    example: 'xapp-copied-from-slack',
  },
  SLACK_SIGNING_SECRET: {
    format: slackSigningSecret,
    scope: 'bot',
    secret: 'whole',
    help: 'HTTP instead of Socket Mode: the signing secret, from the app’s page “Basic Information”.',
    example: 'copied-from-slack-basic-information',
  },
  PORT: {
    format: wholeNumber(1, 65_535),
    scope: 'bot',
    help: 'HTTP instead of Socket Mode: the port on which Slack reaches the bot.',
    example: '3000',
  },
  HOST: {
    format: hostName,
    scope: 'bot',
    help: 'HTTP instead of Socket Mode: the address on which Slack reaches the bot; all of the machine’s when not set.',
    example: '127.0.0.1',
  },
  SLACK_API_URL: {
    format: apiAddress,
    scope: 'bot',
    help: 'Another Slack Web API, for tests.',
    example: 'http://127.0.0.1:4000/api/',
  },
} as const satisfies Record<string, Setting<unknown>>;
