import type { Format } from '../formats/format.ts';

/** One variable: validation, messages and `.env.example` all come from this. */
export interface Setting<T> {
  format: Format<T>;
  /** `bot`: once for the whole bot, in the environment. `target`: may differ per target in TARGETS_FILE. */
  scope: 'bot' | 'target';
  /** One line: what it is. Begins with a capital, ends with a full stop. */
  help: string;
  /** A value that is accepted. */
  example: string;
  /** The bot does not start without it. */
  needed?: true;
  /**
   * `whole`: the value is never shown, and redacted wherever it would appear. `part`: the value may hold a password, as
   * a database's URL does; it is not shown, and the password is redacted.
   */
  secret?: 'whole' | 'part';
  /** The value used when none is set, as a person would write it. */
  fallback?: string;
  /** A file whose contents are secret. */
  secretFile?: true;
}
