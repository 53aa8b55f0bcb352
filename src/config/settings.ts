import { APPROVALS } from './approval-settings.ts';
import { AWS } from './aws-settings.ts';
import { CLEANUP } from './cleanup-settings.ts';
import { type Format, type Reading, readAs } from './format.ts';
import { LATER } from './later-settings.ts';
import { OPS } from './ops-settings.ts';
import { ROUTINE } from './routine-settings.ts';
import type { Setting } from './setting.ts';
import { SLACK } from './slack-settings.ts';
import { SSH } from './ssh-settings.ts';
import { TARGET } from './target-settings.ts';

const table = { ...SLACK, ...TARGET, ...SSH, ...CLEANUP, ...APPROVALS, ...ROUTINE, ...AWS, ...OPS, ...LATER };

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
