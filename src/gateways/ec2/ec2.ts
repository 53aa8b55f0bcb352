import { EBSClient } from '@aws-sdk/client-ebs';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import type { CatalogueEntry } from '../../core/catalogue/entry.ts';
import { parseEntry } from '../../core/catalogue/parse-entry.ts';
import { isPartOf } from '../../core/catalogue/proof.ts';
import { runIdIn } from '../../core/catalogue/tags.ts';
import type { ImageStatus } from '../../core/model/image.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { InstanceSelector } from '../../core/model/target.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Ec2 } from '../../core/ports/ec2.ts';
import type { CallOptions, Trouble } from '../../core/ports/ec2-call.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Metrics } from '../../core/ports/metrics.ts';
import { untilAborted } from '../../core/time/abortable.ts';
import { createBatch, createShared } from './batch.ts';
import { createCaller } from './calls.ts';
import { type AwsSettings, sharedOptions } from './client-options.ts';
import { imageFacts, instanceFacts, rawTags, snapshotFacts, taggedSnapshot } from './facts.ts';
import { createImageChanges } from './images/image-changes.ts';
import { createOrAdoptImage } from './images/image-creation.ts';
import { addedBytes } from './images/sizes.ts';
import { createWatcher } from './images/watcher.ts';
import { createMachines } from './machines/machines.ts';
import { createPages, instancesIn, pagesOf } from './pages.ts';
import { createPermissionCheck, missingReadingActions } from './permissions.ts';
import * as requests from './requests.ts';

export interface Ec2Settings extends AwsSettings {
  endpointEc2?: string | undefined;
  endpointEbs?: string | undefined;
}

const CATALOGUE_FRESH_MS = 15_000;
const PERMISSIONS_FRESH_MS = 10 * 60_000;

/** The EC2 port over AWS's SDK, for one region. */
export function createEc2(
  settings: Ec2Settings,
  deps: { clock: Clock; random: () => number; metrics: Metrics; log: Log },
): Ec2 & { close(): void } {
  const { clock } = deps;
  const shared = sharedOptions(settings);
  const client = new EC2Client({
    ...shared,
    ...(settings.endpointEc2 === undefined ? {} : { endpoint: settings.endpointEc2 }),
  });
  const ebs = new EBSClient({
    ...shared,
    ...(settings.endpointEbs === undefined ? {} : { endpoint: settings.endpointEbs }),
  });
  const caller = createCaller(deps);
  const never = new AbortController().signal;

  const allPages = createPages(caller);

  const images = async (inputs: ReturnType<typeof requests.describeImagesNamed>, options: CallOptions) => {
    const found = (
      await Promise.all(
        inputs.map((input) =>
          allPages('DescribeImages', options, (token, abortSignal) =>
            client.send(new DescribeImagesCommand({ ...input, MaxResults: 1000, ...token }), { abortSignal }),
          ),
        ),
      )
    ).flatMap((pages) => pages.flatMap((page) => (page.Images ?? []).map(imageFacts)));
    // Found by its tag and by its name it is one.
    return [...new Map(found.map((image) => [image.imageId, image])).values()];
  };

  async function describeNamed(
    names: string[],
    onTrouble: (trouble: Trouble) => void,
    signal: AbortSignal,
  ): Promise<Map<string, ImageStatus>> {
    const options: CallOptions = { signal, onTrouble, patienceMs: Number.POSITIVE_INFINITY };
    const found = await images(requests.describeImagesNamed(names), options);
    const snapshotPages = await Promise.all(
      requests.describeSnapshotsOfRuns(names.map(runIdIn)).map((input) =>
        allPages('DescribeSnapshots', options, (token, abortSignal) =>
          client.send(new DescribeSnapshotsCommand({ ...input, MaxResults: 1000, ...token }), {
            abortSignal,
          }),
        ),
      ),
    );
    const snapshots = snapshotPages.flat().flatMap((page) => page.Snapshots ?? []);
    return new Map(
      found.map((image): [string, ImageStatus] => {
        // Tags may have been copied: what a snapshot is part of EC2 says itself.
        const own = snapshots.filter(({ SnapshotId: snapshotId, Description: description }) =>
          isPartOf({ snapshotId, description }, image),
        );
        return [image.name, { image, snapshots: own.map(snapshotFacts) }];
      }),
    );
  }

  const instancesOf = createBatch<InstanceSelector, InstanceFacts[]>(clock, async (selectors) => {
    const found: Instance[] = [];
    for (const input of requests.describeInstances(selectors)) {
      // Sent without the caller's retries: each asker of the batch retries by its own patience.
      const pages = await pagesOf((token) =>
        client.send(new DescribeInstancesCommand({ ...input, MaxResults: 1000, ...token })),
      );
      found.push(...instancesIn(pages));
    }
    return (selector) =>
      uniqueInstances(
        found.filter((instance) =>
          selector.by === 'id'
            ? instance.InstanceId === selector.id
            : rawTags(instance.Tags)[selector.key] === selector.value,
        ),
      ).map(instanceFacts);
  });

  const readingActions = createShared(clock, PERMISSIONS_FRESH_MS, () =>
    missingReadingActions(client, caller, { signal: never, patienceMs: 60_000 }),
  );
  const permissionCheck = createPermissionCheck(client, caller, async () => {
    const missing = await readingActions();
    // A missing permission is asked about anew each time, so that mending it helps at once.
    return missing.length === 0 ? missing : await readingActions(clock.now());
  });
  const catalogue = createShared(clock, CATALOGUE_FRESH_MS, async (): Promise<CatalogueEntry[]> => {
    const options: CallOptions = { signal: never, patienceMs: 60_000 };
    return (await images(requests.describeCatalogue(), options)).flatMap((image) => parseEntry(image) ?? []);
  });
  // What we change ourselves makes what was read before it stale.
  let changedAt = 0;
  const watch = createWatcher({
    clock,
    describe: describeNamed,
    onError: (error) =>
      deps.log.warn({ err: error, region: settings.region }, 'the image watcher was refused'),
  });

  return {
    region: settings.region,
    machines: createMachines({ client, caller, clock }),
    findInstances: (selector, options) =>
      caller.call('DescribeInstances', (signal) => untilAborted(instancesOf(selector), signal), options),
    async someInstances(options) {
      const page = await caller.call(
        'DescribeInstances',
        (abortSignal) => client.send(new DescribeInstancesCommand({ MaxResults: 10 }), { abortSignal }),
        options,
      );
      return instancesIn([page]).map(instanceFacts);
    },
    missingPermissions: (request, options) => untilAborted(permissionCheck(request, options), options.signal),
    createImage: (request, options) => createOrAdoptImage({ client, caller, clock }, request, options),
    watch,
    addedBytes: (snapshotId, previous, options) => addedBytes(ebs, caller, snapshotId, previous, options),
    ...createImageChanges(client, caller, () => {
      changedAt = clock.now() + 1;
    }),
    taggedImages: (options) => images(requests.describeCatalogue(), options),
    async taggedSnapshots(options) {
      const pages = await allPages('DescribeSnapshots', options, (token, abortSignal) =>
        client.send(
          new DescribeSnapshotsCommand({ ...requests.describeOurSnapshots(), MaxResults: 1000, ...token }),
          { abortSignal },
        ),
      );
      return pages.flatMap((page) => (page.Snapshots ?? []).map(taggedSnapshot));
    },
    async instancesFrom(imageIds, options) {
      const found = new Map<string, string>();
      for (const input of requests.describeInstancesFrom(imageIds)) {
        const pages = await allPages('DescribeInstances', options, (token, abortSignal) =>
          client.send(new DescribeInstancesCommand({ ...input, MaxResults: 1000, ...token }), {
            abortSignal,
          }),
        );
        for (const { ImageId, InstanceId } of instancesIn(pages))
          if (ImageId !== undefined && InstanceId !== undefined) found.set(ImageId, InstanceId);
      }
      return found;
    },
    catalogue: (options) => untilAborted(catalogue(changedAt, options.asOf), options.signal),
    close() {
      client.destroy();
      ebs.destroy();
    },
  };
}

/** Two filters of one batch may find the same instance. */
function uniqueInstances<T extends { InstanceId?: string | undefined }>(instances: readonly T[]): T[] {
  return [...new Map(instances.map((instance) => [instance.InstanceId, instance])).values()];
}
