import type { ImageRecord } from '../../../sandbox/ec2/state.ts';
import type { Ec2Server } from '../../../sandbox/ec2/wire/server.ts';
import type { WorldOptions } from '../../../sandbox/world.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { BACKUP_STAGES } from '../../../src/runs/backup-stages.ts';
import { type Journey, startJourney } from '../journey.ts';

type Step = (typeof BACKUP_STAGES)[number]['key'];

/** Snapshots that end soon, for journeys whose point is elsewhere. */
export const SOON = { snapshotSeconds: { min: 5, max: 60 } };

/**
 * A journey in which something happens to EC2 at the moment a step starts: before it, a fault for CreateImage would be
 * used up by the dry run of the permission check.
 */
export async function journeyAtStep(
  step: Step,
  happens: (ec2: Ec2Server) => void,
  options: WorldOptions = {},
): Promise<Journey> {
  let ec2: Ec2Server | undefined;
  const journey = await startJourney({
    ...options,
    gateways: {
      ...options.gateways,
      observe: (event) => {
        if (event.step === step && event.phase === 'started' && ec2 !== undefined) happens(ec2);
      },
    },
  });
  ec2 = journey.ec2;
  return journey;
}

/** Waits until the run's message says that this stage is under way. */
export function stageShown(journey: Journey, step: Step): Promise<void> {
  const title = BACKUP_STAGES.find((stage) => stage.key === step)?.title ?? step;
  return journey.until(`“${title}” was shown`, () =>
    (journey.runMessages().at(-1)?.text ?? '').toLowerCase().includes(`: ${title.toLowerCase()}`),
  );
}

/** All that the newest run's message says now, as one text. */
export function shown(journey: Journey): string {
  const message = journey.runMessages().at(-1);
  return message === undefined ? '' : message.text + JSON.stringify(message.blocks);
}

/** Hints the newest run's message has shown, each once, without how long they lasted. */
export function hints(journey: Journey): string[] {
  const message = journey.runMessages().at(-1);
  if (message === undefined) return [];
  const texts = [...message.edits, message].flatMap((state) =>
    state.blocks.flatMap((block) =>
      'text' in block && typeof block.text === 'object' ? [block.text.text] : [],
    ),
  );
  const found = texts.filter((text) => text.startsWith('⚠ ')).map((text) => text.slice(2));
  return [...new Set(found.map((text) => text.replace(/for \d+ \w+( \d+ \w+)?/, 'for a while')))];
}

/** The one image there is; a second one is what must never happen. */
export function onlyImage(journey: Journey): ImageRecord {
  const [image, ...others] = journey.ec2.images.values();
  expect(others.map(({ imageId, name }) => `${imageId} ${name}`)).toEqual([]);
  if (image === undefined) throw new Error('there is no image');
  return image;
}

export function outcomeOf(image: ImageRecord): string | undefined {
  return image.tags[TAG.outcome];
}

/** How often an action was really done. */
export function done(journey: Journey, action: string): number {
  return journey.ec2.calls.filter((call) => call.action === action && call.applied).length;
}

/** The one image is complete, and so is its tag. */
export function expectComplete(journey: Journey): void {
  const image = onlyImage(journey);
  expect(image.state).toBe('available');
  expect(outcomeOf(image)).toBe('complete');
  expect(done(journey, 'CreateImage')).toBe(1);
}

/** Nothing was made, and nobody claims that it was. */
export function expectNothingMade(journey: Journey): void {
  expect([...journey.ec2.images.keys()]).toEqual([]);
  expect(done(journey, 'CreateImage')).toBe(0);
  expect(done(journey, 'CreateTags')).toBe(0);
}
