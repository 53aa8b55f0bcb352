import type { DoctorLine } from '../../core/doctor/line.ts';
import type { Target } from '../../core/model/target.ts';
import type { CommandDeps, Verb } from '../base/verb.ts';
import { takeLooks } from './look.ts';
import { LOOKS_AT_BOT } from './looks-at-bot.ts';
import { LOOKS_AT_TARGET, type Patient, type TargetDeps } from './looks-at-target.ts';

/** Installations that are looked at side by side: EC2 has patience for some. */
const AT_ONCE = 5;

export type DoctorDeps = TargetDeps & Pick<CommandDeps, 'board' | 'log'>;

export const doctor: Verb = {
  name: 'doctor',
  summary: 'looks at what would fail on the bad night, and changes nothing',
  usage: 'doctor [target]',
  examples: ['doctor'],
  details:
    'Settings, database, Slack, its scopes and groups, AWS and every permission by dry run, the machine, the last good backup, room for ' +
    'a restored one, SSH, sudo, Replicated and CircleCI’s API: each is a line that is ok, a warning or a failure, with what to do. ' +
    'Failures stand in “status” until a later look finds them mended.',
  permission: 'anyone',
  takesTarget: true,
  flags: {},
  changes: false,
  async run({ args }, deps) {
    const targets = args.target === undefined ? deps.targets : [args.target];
    return { view: 'doctor', lines: await examine(targets, deps) };
  },
};

/** Looks at the bot and at these targets, and notes what failed for `status`. */
async function examine(targets: readonly Target[], deps: DoctorDeps): Promise<DoctorLine[]> {
  const slack = await deps.vitals.slack();
  const lines = await takeLooks(LOOKS_AT_BOT, { ...deps, slack }, {}, deps.log);
  for (let at = 0; at < targets.length; at += AT_ONCE) {
    const some = targets.slice(at, at + AT_ONCE);
    lines.push(...(await Promise.all(some.map((target) => examineTarget(target, deps)))).flat());
  }
  deps.board.note(lines);
  return lines;
}

/** The look after the start: what fails is told in the log, and stands in `status`. `afterMs` of the clock; missing: never. */
export async function examineOnce(
  afterMs: number | undefined,
  targets: readonly Target[],
  deps: DoctorDeps,
  signal: AbortSignal,
): Promise<void> {
  if (afterMs === undefined) return;
  await deps.clock.sleep(afterMs, signal);
  if (signal.aborted) return;
  for (const { mark, ...line } of await examine(targets, deps))
    if (mark === 'failure') deps.log.warn({ doctor: line }, 'the doctor found something that would fail');
}

async function examineTarget(target: Target, deps: DoctorDeps): Promise<DoctorLine[]> {
  const patient: Patient = { target, deps };
  try {
    return await takeLooks(LOOKS_AT_TARGET, patient, { target: target.name }, deps.log);
  } finally {
    patient.login?.close();
  }
}
