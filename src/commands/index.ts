import { cancel } from './cancel.ts';
import { cleanup } from './cleanup.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { hold } from './hold.ts';
import { list } from './list.ts';
import { notify } from './notify.ts';
import { now } from './now.ts';
import { prune } from './prune.ts';
import { release } from './release.ts';
import { restore } from './restore.ts';
import { schedule } from './schedule.ts';
import { status } from './status.ts';
import type { Verb } from './verb.ts';

/** The one table of verbs: parser, help and permissions come from it. */
export const VERBS: readonly Verb[] = [
  now,
  list,
  status,
  history,
  restore,
  cleanup,
  schedule,
  prune,
  hold,
  release,
  notify,
  cancel,
  help,
];
