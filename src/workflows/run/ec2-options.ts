import type { CallOptions, Trouble } from '../../core/ports/ec2-call.ts';
import type { StageTools } from './stage.ts';
import { troubleHint } from './trouble.ts';

/** Options for EC2 calls of a stage: they end with the process, and trouble that lasts is shown in the run's message. */
export function patient({ signal, show }: StageTools, patienceMs: number): CallOptions {
  return {
    signal,
    patienceMs,
    onTrouble(trouble: Trouble) {
      const hint = troubleHint(trouble);
      // A hint is worth no failure; the next one follows.
      if (hint !== undefined) void show((view) => ({ ...view, hint })).catch(() => {});
    },
  };
}
