import { notify } from './alarms/notify.ts';
import { list } from './backup/list.ts';
import { now } from './backup/now.ts';
import { cancel } from './base/cancel.ts';
import type { Verb } from './base/verb.ts';
import { cleanup } from './cleanup/cleanup.ts';
import { doctor } from './doctor/doctor.ts';
import { help } from './help.ts';
import { restore } from './restore/restore.ts';
import { hold } from './retention/hold.ts';
import { prune } from './retention/prune.ts';
import { release } from './retention/release.ts';
import { schedule } from './routine/schedule.ts';
import { history } from './status/history.ts';
import { status } from './status/status.ts';

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
  doctor,
  help,
];
