import type { Target } from '../../core/model/target.ts';
import { namesInWords } from '../parse.ts';
import { COMMAND } from './verb.ts';

/** With many targets, a verb about one of them asks which. */
export function whichTarget(verb: string, targets: readonly Target[]) {
  const names = targets.map((t) => t.name);
  return {
    view: 'refusal',
    reason: `Which target? There are ${names.length}: ${namesInWords(names)}.`,
    usage: `${COMMAND} ${verb} ${names[0] ?? 'target'}`,
  } as const;
}
