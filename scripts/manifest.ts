import { stringify } from 'yaml';
import { COMMAND } from '../src/commands/base/verb.ts';
import { SCOPES } from '../src/core/doctor/scopes.ts';

/** How Slack reaches the bot: see `SlackDelivery` of the configuration. */
export type ManifestMode = 'socket' | 'http';

/** The one endpoint of Bolt's HTTP receiver; the host is the reader's to replace. */
export const EVENTS_URL = 'https://bot.example.com/slack/events';

const HEAD: Record<ManifestMode, string> = {
  socket: `# The Slack app of circleci-backup for Socket Mode: no port of the bot is open to the internet.
# Paste it at https://api.slack.com/apps (Create New App, From a manifest). Then make an app-level token with
# connections:write for SLACK_APP_TOKEN.
`,
  http: `# The Slack app of circleci-backup for HTTP, where Socket Mode cannot be used. Replace bot.example.com by the host on
# which Slack reaches the bot, and paste it at https://api.slack.com/apps (Create New App, From a manifest).
`,
};

/** The text of `manifest.yml` (Socket Mode) or `manifest.http.yml`. */
export function manifestText(mode: ManifestMode): string {
  return `${HEAD[mode]}# Made by \`npm run files\` from scripts/manifest.ts: change it there.
${stringify(manifest(mode), { lineWidth: 0 })}`;
}

/** The manifest as data; keys and limits: Slack's reference "App manifest". */
export function manifest(mode: ManifestMode) {
  const http = mode === 'http';
  return {
    display_information: {
      name: 'circleci-backup',
      description: 'Backs up the Services machine of CircleCI Server and shows what could be restored.',
      long_description:
        'Makes backups of the Services machine of CircleCI Server 2.x as Amazon machine images, on demand and without ' +
        'stopping it. Shows the progress of each backup in the channel, checks that every volume is in it before it ' +
        'calls it complete, and lists what could be restored. Type /circleci-backup help to begin.',
      background_color: '#1d3b53',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: true,
      },
      bot_user: { display_name: 'circleci-backup', always_online: true },
      slash_commands: [
        {
          command: COMMAND,
          ...(http ? { url: EVENTS_URL } : {}),
          description: 'Back up CircleCI, and see the backups',
          usage_hint:
            'now | list | status | restore | cleanup | schedule | prune | hold | history | cancel | doctor | help',
          should_escape: true,
        },
      ],
    },
    oauth_config: {
      scopes: {
        bot: [...SCOPES],
      },
    },
    settings: {
      event_subscriptions: {
        ...(http ? { request_url: EVENTS_URL } : {}),
        bot_events: ['app_home_opened'],
      },
      interactivity: {
        is_enabled: true,
        ...(http ? { request_url: EVENTS_URL, message_menu_options_url: EVENTS_URL } : {}),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: !http,
      token_rotation_enabled: false,
    },
  };
}
