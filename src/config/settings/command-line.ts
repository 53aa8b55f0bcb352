import { cliUsers } from '../formats/cli-users.ts';
import { filePath } from '../formats/file-path.ts';
import type { Setting } from './setting.ts';

/** How the bot is reached without Slack. */
export const COMMAND_LINE = {
  CLI_USERS: {
    format: cliUsers,
    scope: 'bot',
    help: 'Who types on the command line: users of the operating system, each with their Slack id. What others ask for there needs one approval more.',
    example: 'ana=U0123456789,ben=U9876543210',
  },
  RUN_DIR: {
    format: filePath,
    scope: 'bot',
    help: 'The folder of the socket on which the command line asks the running bot; with SQLite the folder of its data when not set.',
    example: '/run/circleci-backup',
  },
} as const satisfies Record<string, Setting<unknown>>;
