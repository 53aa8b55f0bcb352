import { type Draws, drawsOf } from '../draws.ts';
import type { GuardedWorld, Trouble, Workflow } from './workflow.ts';

/** What people make of a request: `nobody` looks at it. */
export type Decision = 'approve' | 'deny' | 'withdraw' | 'nobody';

/** One run and what happens to it, all of it from a seed. */
export interface Schedule<W, S> {
  seed: number;
  setting: S;
  decision: Decision;
  /** How many have to approve. */
  required: number;
  troubles: Trouble<W>[];
  /** Steps at whose beginning or end the bot is stopped, and started again. */
  stops: string[];
  /** A step during which somebody asks to cancel. */
  cancelAt?: string;
  /** After so many questions all trouble is over, and so much later, in ms, each of it by itself; missing: never. */
  healsAfter: number;
  passesAfterMs?: number;
  /** For what people choose. */
  choices: Draws;
}

export function drawSchedule<W extends GuardedWorld, S>(
  workflow: Workflow<W, S>,
  seed: number,
): Schedule<W, S> {
  const draws = drawsOf(`${workflow.name} ${seed}`);
  const setting = workflow.draw(draws);
  const steps = workflow.steps(setting);
  const parts = workflow.troubles(setting);
  const point = (step = draws.one(steps)) => `${step}/${draws.one(['started', 'done'])}`;
  const cancelAt = draws.chance(0.12) ? draws.one(steps) : undefined;
  const stops = draws.chance(0.3) ? Array.from({ length: 1 + draws.whole(2) }, () => point()) : [];
  return {
    seed,
    setting,
    decision: draws.chance(0.88) ? 'approve' : draws.one(['deny', 'withdraw', 'nobody'] as const),
    required: draws.chance(0.85) ? 1 : 2,
    troubles: Array.from({ length: 1 + draws.whole(3) }, () => drawTrouble(draws, parts, steps)),
    // A wish to stop may be there when another process goes on with the step.
    stops: cancelAt !== undefined && draws.chance(0.4) ? [...stops, point(cancelAt)] : stops,
    ...(cancelAt === undefined ? {} : { cancelAt }),
    healsAfter: 1 + draws.whole(4),
    ...(draws.chance(0.75) ? { passesAfterMs: 10_000 + draws.whole(200_000) } : {}),
    choices: drawsOf(`choices ${seed}`),
  };
}

/** One that can begin on the way with these steps. */
function drawTrouble<W>(
  draws: Draws,
  parts: ReturnType<Workflow<W & GuardedWorld, unknown>['troubles']>,
  steps: readonly string[],
): Trouble<W> {
  const tickets = parts.flatMap(([count, kinds]) => Array.from({ length: count }, () => kinds));
  for (;;) {
    const kinds = draws.one(tickets);
    const trouble = draws.one(kinds)(draws, steps);
    if (steps.includes(trouble.step)) return trouble;
  }
}

/** In the words of whoever has to find out what went wrong. */
export function scheduleInWords<W, S>(
  name: string,
  { seed, setting, decision, required, troubles, stops, cancelAt, healsAfter, passesAfterMs }: Schedule<W, S>,
): string {
  return [
    `NAME=${name} SEED=${seed} COUNT=1: ${JSON.stringify(setting)}, ${required} to ${decision}`,
    ...troubles.map((one) => `  at ${one.step}: ${one.name}`),
    ...(stops.length > 0 ? [`  stopped and started at ${stops.join(', ')}`] : []),
    ...(cancelAt === undefined ? [] : [`  canceled at ${cancelAt}`]),
    `  over after ${healsAfter} questions${passesAfterMs === undefined ? '' : ` or ${passesAfterMs} ms`}`,
  ].join('\n');
}
