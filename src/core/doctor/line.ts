/** `skipped`: it could not be looked at, for what it needs failed, or there is nothing to look at. */
export type Mark = 'ok' | 'warning' | 'failure' | 'skipped';

/** What one look has shown. Plain text without secrets: sentences, and what to do where that is anything. */
export interface Looked {
  mark: Mark;
  text: string;
  next?: string;
}

/** A line of what the doctor says. */
export interface DoctorLine extends Looked {
  /** Missing where it is about the bot itself. */
  target?: string;
  /** The look's own key, e.g. `ssh`. */
  look: string;
  title: string;
}

/** The failures that the latest looks have shown, until a later look shows otherwise. */
export interface Board {
  /** Those of the bot and of these targets. */
  failures(targets: readonly string[]): DoctorLine[];
  /** What these looks have shown takes the place of what was known of them. A look that could not be made changes nothing. */
  note(lines: readonly DoctorLine[]): void;
}

export function createBoard(): Board {
  const known = new Map<string, DoctorLine>();
  return {
    failures: (targets) =>
      [...known.values()].filter(({ target }) => target === undefined || targets.includes(target)),
    note(lines) {
      for (const line of lines) {
        const key = `${line.target ?? ''}/${line.look}`;
        if (line.mark === 'failure') known.set(key, line);
        else if (line.mark !== 'skipped') known.delete(key);
      }
    },
  };
}

export const ok = (text: string): Looked => ({ mark: 'ok', text });
export const warning = (text: string, next?: string): Looked => looked('warning', text, next);
export const failure = (text: string, next?: string): Looked => looked('failure', text, next);
export const skipped = (text: string): Looked => ({ mark: 'skipped', text });

function looked(mark: Mark, text: string, next: string | undefined): Looked {
  return { mark, text, ...(next === undefined ? {} : { next }) };
}

/** `12 looks: 10 ok, 1 warning, 1 failure`. */
export function countOf(lines: readonly DoctorLine[]): Record<Mark, number> {
  const of = (mark: Mark) => lines.filter((line) => line.mark === mark).length;
  return { ok: of('ok'), warning: of('warning'), failure: of('failure'), skipped: of('skipped') };
}
