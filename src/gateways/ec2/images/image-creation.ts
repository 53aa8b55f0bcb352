import { CreateImageCommand, DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { TAG } from '../../../core/catalogue/tags.ts';
import type { ImageFacts } from '../../../core/model/image.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { ImageRequest } from '../../../core/ports/ec2.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import { ProblemError } from '../../../core/problems/problem.ts';
import { type Caller, codeOf } from '../calls.ts';
import { imageFacts } from '../facts.ts';
import * as requests from '../requests.ts';

/** EC2 may hide a new image from Describe calls for up to 2.5 minutes (packer#3377): wait twice that. */
const APPEARS_WITHIN_MS = 5 * 60_000;
const LOOK_EVERY_MS = 5_000;

/**
 * CreateImage exactly once a run. The name is the idempotency key: a call whose answer was lost is made again, and
 * `InvalidAMIName.Duplicate` then leads to the image that the first call made, which is adopted only when its source
 * instance and our run tag say that it is this run's.
 */
export async function createOrAdoptImage(
  deps: { client: EC2Client; caller: Caller; clock: Clock },
  request: ImageRequest,
  options: CallOptions,
): Promise<string> {
  try {
    return await createOrFind(deps, request, options);
  } catch (error) {
    throw unconfirmed(error, request.name);
  }
}

async function createOrFind(
  deps: { client: EC2Client; caller: Caller; clock: Clock },
  request: ImageRequest,
  options: CallOptions,
): Promise<string> {
  const { client, caller } = deps;
  try {
    const answer = await caller.call(
      'CreateImage',
      (abortSignal) => client.send(new CreateImageCommand(requests.createImage(request)), { abortSignal }),
      options,
    );
    if (answer.ImageId !== undefined) return answer.ImageId;
  } catch (error) {
    if (codeOf(error) !== 'InvalidAMIName.Duplicate') {
      // An earlier call, whose answer was lost, may have made it: what is refused now says nothing of that.
      options.signal.throwIfAborted();
      const made = await lookOnce(deps, request.name, { ...options, patienceMs: 0 }).catch(() => undefined);
      if (made === undefined || !isOurs(made, request)) throw error;
      return made.imageId;
    }
  }
  const image = await lookUp(deps, request.name, options);
  if (isOurs(image, request)) return image.imageId;
  throw new ProblemError({ code: 'image-name-taken', name: request.name, imageId: image.imageId });
}

function isOurs({ tags, sourceInstanceId }: ImageFacts, { runId, instanceId }: ImageRequest): boolean {
  return tags[TAG.run] === runId && sourceInstanceId === instanceId;
}

/** An answer that never came leaves open whether EC2 made the image; its name is then all there is to look for. */
function unconfirmed(error: unknown, imageName: string): unknown {
  if (!(error instanceof ProblemError)) return error;
  const { problem } = error;
  if (problem.code !== 'credentials' && problem.code !== 'ec2-unavailable') return error;
  return new ProblemError({ ...problem, imageName }, { cause: error });
}

async function lookUp(
  deps: { client: EC2Client; caller: Caller; clock: Clock },
  name: string,
  options: CallOptions,
): Promise<ImageFacts> {
  const { clock } = deps;
  const since = clock.now();
  for (;;) {
    const image = await lookOnce(deps, name, options);
    if (image !== undefined) return image;
    const afterMs = clock.now() - since;
    if (afterMs >= APPEARS_WITHIN_MS) throw new ProblemError({ code: 'image-never-appeared', name, afterMs });
    await clock.sleep(LOOK_EVERY_MS, options.signal);
  }
}

async function lookOnce(
  { client, caller }: { client: EC2Client; caller: Caller },
  name: string,
  options: CallOptions,
): Promise<ImageFacts | undefined> {
  const [input = {}] = requests.describeImagesNamed([name]);
  const page = await caller.call(
    'DescribeImages',
    (abortSignal) => client.send(new DescribeImagesCommand(input), { abortSignal }),
    options,
  );
  const [image] = page.Images ?? [];
  return image === undefined ? undefined : imageFacts(image);
}
