import type { DoctorLine, Looked } from '../../core/doctor/line.ts';
import { failure, skipped } from '../../core/doctor/line.ts';
import { explain, ProblemError } from '../../core/problems/problem.ts';
import type { CommandDeps } from '../base/verb.ts';

/** One thing that the doctor looks at, without changing anything; a new one is an entry of a table. */
export interface Look<Patient> {
  key: string;
  title: string;
  /** Keys of looks before it, without which this one would only say the same again. */
  after?: readonly string[];
  /** Resolves with what was seen; rejects with a `ProblemError` for what its words say, which then is a failure. */
  look(patient: Patient): Promise<Looked>;
}

/** Takes the looks one after the other, as they stand: what one has found serves the next. */
export async function takeLooks<Patient>(
  looks: readonly Look<Patient>[],
  patient: Patient,
  about: { target?: string },
  log: CommandDeps['log'],
): Promise<DoctorLine[]> {
  const lines: DoctorLine[] = [];
  for (const one of looks) {
    const before = lines.find(
      ({ look, mark }) => one.after?.includes(look) && (mark === 'failure' || mark === 'skipped'),
    );
    const seen =
      before === undefined
        ? await looked(one, patient, log)
        : skipped(`Not looked at: it needs “${before.title}”.`);
    lines.push({ ...about, look: one.key, title: one.title, ...seen });
  }
  return lines;
}

async function looked<Patient>(
  { key, look }: Look<Patient>,
  patient: Patient,
  log: CommandDeps['log'],
): Promise<Looked> {
  try {
    return await look(patient);
  } catch (error) {
    if (error instanceof ProblemError) {
      const { reason, next } = explain(error.problem);
      return failure(reason, next);
    }
    log.error({ err: error, look: key }, 'the doctor could not look');
    return failure('Something the bot does not know went wrong here.', 'The bot’s log has the details.');
  }
}
