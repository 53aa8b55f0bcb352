import { failure, ok, skipped, warning } from '../../core/doctor/line.ts';
import { SCOPES } from '../../core/doctor/scopes.ts';
import type { SlackVitals } from '../../core/ports/vitals.ts';
import { bytesInWords, durationInWords, listInWords } from '../../core/text/words.ts';
import type { CommandDeps } from '../base/verb.ts';
import type { Look } from './look.ts';

/** A day of a large fleet takes some MB; an archive of the audit is written beside the database. */
const LEAST_FREE = 256 * 1024 ** 2;
/** AWS refuses what was signed 5 minutes early or late (Signature Version 4); half of it is time enough to mend a clock. */
const MOST_SKEW_MS = 150_000;

export type Bot = Pick<CommandDeps, 'vitals' | 'store'> & { slack: SlackVitals };

export const LOOKS_AT_BOT: readonly Look<Bot>[] = [
  {
    key: 'settings',
    title: 'Settings',
    look: async ({ vitals: { settings } }) =>
      settings.length === 0 ? ok('All of them were read.') : warning(settings.join(' ')),
  },
  {
    key: 'database',
    title: 'The bot’s database',
    async look({ store }) {
      await store.checkWritable();
      return ok('It can be written.');
    },
  },
  {
    key: 'room',
    title: 'Room for the bot’s data',
    async look({ vitals }) {
      const free = await vitals.freeBytes();
      if (free === undefined)
        return skipped('Its data is on a database server, which the bot cannot look into.');
      return free < LEAST_FREE
        ? failure(
            `The disk of its data has ${bytesInWords(free)} left.`,
            'Free some, or give the folder a larger disk.',
          )
        : ok(`${bytesInWords(free)} are free.`);
    },
  },
  {
    key: 'slack',
    title: 'Slack',
    async look({ slack }) {
      if (slack.state === 'silent')
        return failure(
          'Slack does not answer.',
          'See status.slack.com and the way from here to slack.com. Routine backups go on.',
        );
      if (slack.state === 'refused')
        return failure(
          `Slack refuses SLACK_BOT_TOKEN (${slack.code}).`,
          'Copy the Bot User OAuth Token from the app’s “OAuth & Permissions” page, and start the bot again.',
        );
      return ok('It takes the bot’s token.');
    },
  },
  {
    key: 'scopes',
    title: 'What the bot may do in Slack',
    after: ['slack'],
    async look({ slack }) {
      const granted = slack.state === 'answers' ? slack.scopes : undefined;
      if (granted === undefined) return skipped('Slack does not say.');
      const missing = SCOPES.filter((scope) => !granted.includes(scope));
      return missing.length === 0
        ? ok('It has every scope of the manifest.')
        : failure(
            `It lacks ${listInWords(missing)}.`,
            'Add that on the app’s “OAuth & Permissions” page, and install the app again.',
          );
    },
  },
  {
    key: 'commands',
    title: 'Commands and clicks from Slack',
    after: ['slack'],
    async look({ slack }) {
      if (slack.state !== 'answers') return skipped('Slack does not answer.');
      const { ok: isConnected, detail } = slack.connection;
      return isConnected
        ? ok('They arrive.')
        : failure(`They do not arrive: ${detail}.`, 'See the bot’s log.');
    },
  },
  {
    key: 'clock',
    title: 'The clock',
    async look({ vitals }) {
      const ahead = await vitals.clockAheadMs();
      if (ahead === undefined) return skipped('There was no other clock to compare it with.');
      const by = durationInWords(Math.abs(ahead));
      return Math.abs(ahead) > MOST_SKEW_MS
        ? failure(
            `It is ${by} ${ahead > 0 ? 'ahead of' : 'behind'} Slack’s: AWS refuses what is off by 5 min, and schedules run at the wrong time.`,
            'Have it kept by NTP (chrony, systemd-timesyncd).',
          )
        : ok(`It is within ${durationInWords(Math.max(1_000, Math.abs(ahead)))} of Slack’s.`);
    },
  },
  {
    key: 'ping',
    title: 'The dead-man switch',
    async look({ vitals }) {
      const said = await vitals.ping();
      if (said === 'not set')
        return warning('Nobody outside would notice that the bot itself is gone.', 'Set PING_URL.');
      return said === 'reached'
        ? ok('The server of PING_URL takes a connection; nothing was said to it.')
        : failure(
            'The server of PING_URL takes no connection.',
            'See whether the address is right, and the way there open.',
          );
    },
  },
];
