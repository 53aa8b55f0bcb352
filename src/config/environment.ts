import { parse, populate } from 'dotenv';
import { readTextFile, unreadableInWords } from './checks/read-file.ts';
import { sqliteFolder } from './formats/sqlite-folder.ts';

/** The only file that looks at the environment. The command line loads nothing else of the configuration before it asks the bot. */
export type Environment = Record<string, string | undefined>;

export const environment = (): Environment => process.env;

/** Where the bot keeps its data, and the command line finds its socket, where nothing is set. */
export const DEFAULT_DATABASE = 'sqlite:./data';

/** Reads `.env` of the working folder into the environment, where a variable is not set yet. No file is no fault. */
export function loadDotenv(
  env: Environment = environment(),
  path = '.env',
): { ok: true } | { ok: false; message: string } {
  const read = readTextFile(path);
  if (read.ok) populate(env, dotenvIn(read.text));
  return read.ok || read.code === 'ENOENT'
    ? { ok: true }
    : { ok: false, message: `The bot cannot start: the file ${path} ${unreadableInWords(read.code)}.` };
}

/** dotenv begins anew at each line of an empty stretch: a long one, which means nothing, would take it minutes. */
export function dotenvIn(text: string): Record<string, string> {
  return parse(text.replace(/\s{100,}/g, '\n'));
}

/** A setting's text: trimmed, and without the pair of quotes that `docker run --env-file` hands on; dotenv takes it off. */
export function settingText(value: string | undefined): string {
  const text = value?.trim() ?? '';
  return /^(["'])(.*)\1$/s.exec(text)?.[2]?.trim() ?? text;
}

/** What the command line has to know before the bot does the rest. */
export interface Surroundings {
  /** The folder of the bot's socket; undefined where the configuration names none, which its own check then says. */
  runFolder: string | undefined;
  /** Who was somebody else before sudo. */
  sudoUser: string | undefined;
  /** NO_COLOR is set (no-color.org), or the terminal shows none. */
  isPlain: boolean;
}

export function surroundings(env: Environment = environment()): Surroundings {
  const runFolder =
    settingText(env.RUN_DIR) || sqliteFolder(settingText(env.DATABASE_URL) || DEFAULT_DATABASE);
  return {
    runFolder,
    sudoUser: env.SUDO_USER || undefined,
    isPlain: (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb',
  };
}
