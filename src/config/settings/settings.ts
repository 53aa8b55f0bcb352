import { type Format, type Reading, readAs } from '../formats/format.ts';
import { APPROVALS } from './approval.ts';
import { AWS } from './aws.ts';
import { CLEANUP } from './cleanup.ts';
import { COMMAND_LINE } from './command-line.ts';
import { DATASTORES } from './datastores.ts';
import { FILES } from './files.ts';
import { OPS } from './ops.ts';
import { ROUTINE } from './routine.ts';
import type { Setting } from './setting.ts';
import { SLACK } from './slack.ts';
import { SSH } from './ssh.ts';
import { TARGET } from './target.ts';

const table = {
  ...SLACK,
  ...TARGET,
  ...SSH,
  ...FILES,
  ...DATASTORES,
  ...CLEANUP,
  ...APPROVALS,
  ...ROUTINE,
  ...AWS,
  ...COMMAND_LINE,
  ...OPS,
};

export type SettingName = keyof typeof table;

type ValueOf<F> = F extends Format<infer T> ? T : never;

export type Values = { [K in SettingName]: ValueOf<(typeof table)[K]['format']> };

/** Every variable the bot knows, in the order of `.env.example`. */
export const SETTINGS: { [K in SettingName]: Setting<Values[K]> } = table;

export const SETTING_NAMES = Object.keys(table).filter(isSettingName);

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(table, name);
}

export function readSetting<K extends SettingName>(name: K, text: string): Reading<Values[K]> {
  return readAs(SETTINGS[name].format, text);
}
