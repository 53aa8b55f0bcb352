import type { Filled } from '../../journeys/restore/restore.ts';
import { type Draws, drawsOf } from '../draws.ts';
import { drawTrouble, type Trouble } from './troubles.ts';

/** One restore and what happens to it, all of it from a seed. */
export interface Schedule {
  seed: number;
  filled: Filled & { way: 'replace' | 'in-place' | 'test' };
  /** The old machine when it is asked for. */
  old: 'running' | 'stopped' | 'gone';
  /** Whose it is. */
  elasticIp?: string;
  troubles: Trouble[];
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

/** A group for tests, which the sandbox knows. */
export const TEST_GROUP = 'sg-0f1e2d3c4b5a69788';
const ELASTIC_IP = '198.51.100.7';
const BEGIN = ['approval', 'check'];
const ON_THE_MACHINE = ['checks', 'connect', 'files', 'stop-app', 'rewrite', 'mentions', 'mounts'];
const APP = ['restart', 'start-app', 'verify'];
const LAUNCH = [...BEGIN, 'launch', 'running', ...ON_THE_MACHINE, 'nomad', ...APP];
const CUT_OVER = ['ask', 'compare', 'fence', 'address', 'names', 'verify-again', 'undo-cut-over'];

/** What each way may go through. */
const STEPS = {
  replace: [...LAUNCH, ...CUT_OVER, 'remove', 'finish'],
  'in-place': [...BEGIN, 'replace-root', 'root', ...ON_THE_MACHINE, ...APP, 'ask', 'finish'],
  test: [...LAUNCH, 'ask', 'remove', 'finish'],
};

export function drawSchedule(seed: number): Schedule {
  const draws = drawsOf(`restore ${seed}`);
  const way = draws.one(['replace', 'replace', 'in-place', 'test'] as const);
  const old =
    way === 'in-place' ? 'running' : draws.one(['running', 'running', 'running', 'stopped', 'gone'] as const);
  const options = ['cut-over', 'nomad', 'start-app'].filter(() => draws.chance(0.6));
  const steps = STEPS[way];
  const point = () => `${draws.one(steps)}/${draws.one(['started', 'done'])}`;
  return {
    seed,
    filled: {
      way,
      ...(way === 'in-place' ? {} : { options }),
      ...(way === 'test' ? { groups: TEST_GROUP } : {}),
      ...(way === 'replace' && draws.chance(0.2) ? { host: 'ci2.acme-rail.example' } : {}),
    },
    old,
    ...(draws.chance(0.5) ? { elasticIp: ELASTIC_IP } : {}),
    troubles: Array.from({ length: 1 + draws.whole(4) }, () => drawTrouble(draws, steps)),
    stops: draws.chance(0.3) ? Array.from({ length: 1 + draws.whole(2) }, point) : [],
    ...(draws.chance(0.1) ? { cancelAt: draws.one(steps) } : {}),
    healsAfter: 1 + draws.whole(4),
    ...(draws.chance(0.6) ? { passesAfterMs: 20_000 + draws.whole(300_000) } : {}),
    choices: drawsOf(`choices ${seed}`),
  };
}

/** In the words of whoever has to find out what went wrong. */
export function scheduleInWords({
  seed,
  filled,
  old,
  elasticIp,
  troubles,
  stops,
  cancelAt,
  healsAfter,
  passesAfterMs,
}: Schedule): string {
  return [
    `NAME=restore/schedules SEED=${seed} COUNT=1: ${JSON.stringify(filled)}, the old machine is ${old}${elasticIp === undefined ? '' : ' and has an Elastic IP'}`,
    ...troubles.map(({ name, step }) => `  at ${step}: ${name}`),
    ...(stops.length > 0 ? [`  stopped and started at ${stops.join(', ')}`] : []),
    ...(cancelAt === undefined ? [] : [`  canceled at ${cancelAt}`]),
    `  over after ${healsAfter} questions${passesAfterMs === undefined ? '' : ` or ${passesAfterMs} ms`}`,
  ].join('\n');
}
