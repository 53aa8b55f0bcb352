import { OPS } from '../settings/ops.ts';
import type { Texts } from '../settings/raw-settings.ts';
import { readSetting, type SettingName } from '../settings/settings.ts';
import type { Finding } from './issue.ts';

/** Settings that are right or wrong only beside one another. */
export function checkTogether(texts: Texts): Finding[] {
  return [...delivery(texts), ...credentials(texts), ...targetNames(texts), ...checkExtraTags(texts)];
}

/** The tag by which a machine is found must not be on one that was only launched: there would be two. */
export function checkExtraTags(texts: Texts, where?: (name: SettingName) => string): Finding[] {
  const at = 'EXTRA_TAGS';
  const tags = texts[at] === undefined ? undefined : readSetting(at, texts[at]);
  const selector =
    texts.SERVICES_INSTANCE === undefined
      ? undefined
      : readSetting('SERVICES_INSTANCE', texts.SERVICES_INSTANCE);
  if (tags?.ok !== true || selector?.ok !== true || selector.value.by !== 'tag') return [];
  const { key } = selector.value;
  if (!Object.hasOwn(tags.value, key)) return [];
  const text = `sets the tag by which SERVICES_INSTANCE finds the machine. Leave it out: a restored machine gets it when it takes over.`;
  return [{ at, text, ...(where === undefined ? {} : { where: where(at) }) }];
}

const SOCKET = 'SLACK_APP_TOKEN for Socket Mode (the safer way: no port is open to the internet)';
const HTTP = 'SLACK_SIGNING_SECRET and PORT for HTTP';

function delivery(texts: Texts): Finding[] {
  const {
    SLACK_APP_TOKEN: app,
    SLACK_SIGNING_SECRET: signing,
    PORT: port,
    OPS_PORT: opsPort = OPS.OPS_PORT.fallback,
  } = texts;
  if (app === undefined && signing === undefined)
    return [
      {
        at: 'SLACK_APP_TOKEN',
        text: `not set, and neither is SLACK_SIGNING_SECRET. Set either ${SOCKET}, for example xapp-copied-from-slack, or ${HTTP}.`,
      },
    ];
  if (app !== undefined && signing !== undefined)
    return [
      {
        at: 'SLACK_APP_TOKEN',
        text: `set together with SLACK_SIGNING_SECRET. Keep either ${SOCKET}, or ${HTTP}, and remove the other.`,
      },
    ];
  if (signing === undefined) return [];
  if (port === undefined)
    return [
      {
        at: 'PORT',
        text: 'not set, and SLACK_SIGNING_SECRET needs it. Set the port on which Slack reaches the bot, for example 3000.',
      },
    ];
  return Number(port) === Number(opsPort)
    ? [{ at: 'OPS_PORT', text: 'the same port as PORT. Use another one, for example 9464.' }]
    : [];
}

function credentials(texts: Texts): Finding[] {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: session } = texts;
  const remedy = 'Set both, or remove them and let the AWS SDK find a role or profile.';
  if (id !== undefined && key === undefined)
    return [{ at: 'AWS_SECRET_ACCESS_KEY', text: `not set, but AWS_ACCESS_KEY_ID is. ${remedy}` }];
  if (id === undefined && (key ?? session) !== undefined)
    return [
      {
        at: 'AWS_ACCESS_KEY_ID',
        text: `not set, but ${key === undefined ? 'AWS_SESSION_TOKEN' : 'AWS_SECRET_ACCESS_KEY'} is. ${remedy}`,
      },
    ];
  return [];
}

function targetNames(texts: Texts): Finding[] {
  return texts.TARGET_NAME === undefined || texts.TARGETS_FILE === undefined
    ? []
    : [
        {
          at: 'TARGET_NAME',
          text: 'names one target, and TARGETS_FILE names them all. Remove one of the two.',
        },
      ];
}
