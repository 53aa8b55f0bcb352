import type { World } from '../../../sandbox/world.ts';
import type { AuditRow } from '../../../src/core/run/audit.ts';
import { type Check, checksOfTheEnd, faultsIn } from '../checks.ts';
import { leftBehind } from '../left-behind.ts';
import { type Life, SLOT_MS } from './week.ts';

/** How the slots of a week went. */
export interface Week {
  /** What is wrong; nothing when the promises were kept. */
  faults: string[];
  slots: number;
  made: number;
  missed: number;
  overlapped: number;
}

/** What the bot left behind after its life; it must have stopped. */
export async function weekOf(world: World, life: Life): Promise<Week> {
  const { ec2, dataFolder } = world;
  const left = await leftBehind(dataFolder);
  const refusals = (code: string) =>
    left.audit.filter(({ kind, detail }) => kind === 'refusal' && detail.code === code);
  const missed = refusals('slots-missed').flatMap(({ detail }) => numbers(detail.slots));
  const overlapped = refusals('overlap').flatMap(({ detail }) => numbers([detail.slot]));
  const requests = left.audit.filter(({ kind }) => kind === 'request');
  const images = [...ec2.images.values()];
  const imagesOf = (row: AuditRow) => images.filter(({ tags }) => tags['circleci-backup:run'] === row.runId);
  const runs = new Set(requests.map(({ runId }) => runId));

  const faults: string[] = [];
  let slots = 0;
  for (let slot = life.from; slot < life.to - SLOT_MS; slot += SLOT_MS) {
    slots += 1;
    const asked = requests.filter(({ detail }) => detail.slot === slot);
    const told = [
      ...asked.map(() => 'request'),
      ...missed.filter((each) => each === slot).map(() => 'missed'),
      ...overlapped.filter((each) => each === slot).map(() => 'overlap'),
    ];
    if (told.length !== 1)
      faults.push(`slot ${new Date(slot).toISOString()}: ${told.join(' and ') || 'nothing'}`);
  }
  for (const request of requests) {
    const results = left.audit.filter(({ kind, runId }) => kind === 'result' && runId === request.runId);
    const said = results.map(({ detail }) => detail.outcome).join();
    const found = imagesOf(request);
    const outcome = found.map(({ tags }) => tags['circleci-backup:outcome']).join();
    if (said !== 'complete' || outcome !== 'complete')
      faults.push(`${request.runId}: results “${said}”, ${found.length} images “${outcome}”`);
  }
  const strays = images.filter(({ tags }) => !runs.has(tags['circleci-backup:run'] ?? ''));
  const checks: Check[] = [
    [strays.length === 0, `${strays.length} images without a request`],
    [left.runs.every((status) => status === 'completed'), `the engine's runs: ${left.runs.join()}`],
    [left.runs.length === requests.length, `${left.runs.length} runs for ${requests.length} requests`],
    ...checksOfTheEnd(left),
  ];
  faults.push(...faultsIn(checks));
  return { faults, slots, made: requests.length, missed: missed.length, overlapped: overlapped.length };
}

function numbers(values: unknown): number[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'number') : [];
}
