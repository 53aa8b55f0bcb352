import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { EVENTS_URL, manifest } from '../../scripts/manifest.ts';
import { VERBS } from '../../src/commands/index.ts';
import { ROOT } from './source-files.ts';

const url = z.literal(EVENTS_URL);

/** Slack's rules, as far as this app uses them: limits, needed keys, and no others ("App manifest" reference). */
function rules(http: boolean) {
  const urls = <T extends Record<string, z.ZodType>>(keys: T) => (http ? keys : {});
  return z.strictObject({
    display_information: z.strictObject({
      name: z.string().max(35),
      description: z.string().max(140),
      long_description: z.string().min(175).max(4000),
      background_color: z.string().regex(/^#[0-9a-f]{6}$/),
    }),
    features: z.strictObject({
      app_home: z.strictObject({
        home_tab_enabled: z.boolean(),
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      }),
      bot_user: z.strictObject({ display_name: z.string().max(80), always_online: z.boolean() }),
      slash_commands: z
        .array(
          z.strictObject({
            command: z.string().regex(/^\/[a-z-]{1,31}$/),
            description: z.string().max(2000),
            usage_hint: z.string().max(1000),
            should_escape: z.literal(true),
            ...urls({ url }),
          }),
        )
        .length(1),
    }),
    oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
    settings: z.strictObject({
      event_subscriptions: z.strictObject({ bot_events: z.array(z.string()), ...urls({ request_url: url }) }),
      interactivity: z.strictObject({
        is_enabled: z.literal(true),
        ...urls({ request_url: url, message_menu_options_url: url }),
      }),
      org_deploy_enabled: z.boolean(),
      socket_mode_enabled: z.literal(!http),
      token_rotation_enabled: z.boolean(),
    }),
  });
}

describe.each([
  ['manifest.yml', 'socket'],
  ['manifest.http.yml', 'http'],
] as const)('%s', (path, mode) => {
  const read: ReturnType<typeof manifest> = parse(readFileSync(join(ROOT, path), 'utf8'));

  test('keeps Slack’s rules', () => {
    expect(rules(mode === 'http').safeParse(read).error?.issues ?? []).toEqual([]);
  });

  test('asks for the scopes the bot needs and no others', () => {
    expect([...read.oauth_config.scopes.bot].sort()).toEqual([
      'channels:read',
      'chat:write',
      'commands',
      'files:write',
      'groups:read',
      'im:write',
      'usergroups:read',
      'users:read',
    ]);
  });
});

test('both are one app: they differ in the way Slack reaches it alone', () => {
  const without = (mode: 'socket' | 'http') =>
    JSON.parse(
      JSON.stringify(manifest(mode), (key, value) =>
        ['url', 'request_url', 'message_menu_options_url', 'socket_mode_enabled'].includes(key)
          ? undefined
          : value,
      ),
    );
  expect(without('http')).toEqual(without('socket'));
  expect(JSON.stringify(manifest('socket'))).not.toContain('bot.example.com');
});

test('the hint beside the command names verbs that exist', () => {
  const hint = manifest('socket')
    .features.slash_commands.map((command) => command.usage_hint)
    .join();
  const verbs = VERBS.map((verb) => verb.name);
  expect(hint.split(' | ').filter((word) => !verbs.includes(word))).toEqual([]);
});
