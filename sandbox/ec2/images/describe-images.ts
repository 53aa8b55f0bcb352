import { checkId, notFound } from '../ids.ts';
import { type ImageRecord, isHidden, type State, stamp, visible } from '../state.ts';
import { tagSet } from '../tags.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import { flag, type Params, texts } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

const FILTERS = [
  'architecture',
  'creation-date',
  'block-device-mapping.snapshot-id',
  'description',
  'image-id',
  'name',
  'owner-id',
  'root-device-name',
  'source-instance-id',
  'state',
];

/** Disabled images are left out unless `IncludeDisabled`, also when asked for by id. */
export function describeImages(state: State, params: Params): { [element: string]: Xml } {
  const ids = texts(params, 'ImageId');
  for (const id of ids) {
    if (!state.images.has(checkId('image', id)) || isHidden(state, id)) throw notFound('image', id);
  }
  const withDisabled = flag(params, 'IncludeDisabled');
  const owners = texts(params, 'Owner');
  const wanted = new Set(owners.map((owner) => (owner === 'self' ? state.accountId : owner)));
  const matches = filterTest(params, FILTERS);
  const found = visible(state, state.images).filter(
    ([id, image]) =>
      (owners.length === 0 || wanted.has(ownerOf(state, image))) &&
      (ids.length === 0 || ids.includes(id)) &&
      (withDisabled || image.state !== 'disabled') &&
      matches({ values: filterValues(state, image), tags: image.tags }),
  );
  const answer = page(params, found, { least: 1, pageSize: state.pageSize });
  return { imagesSet: answer.page.map((each) => imageXml(state, each)), nextToken: answer.nextToken };
}

function ownerOf(state: State, image: ImageRecord): string {
  return image.ownerId ?? state.accountId;
}

function filterValues(state: State, image: ImageRecord): Record<string, string | string[]> {
  return {
    architecture: 'x86_64',
    'creation-date': stamp(image.createdAt),
    'block-device-mapping.snapshot-id': image.mappings.map((mapping) => mapping.snapshotId),
    description: image.description,
    'image-id': image.imageId,
    name: image.name,
    'owner-id': ownerOf(state, image),
    'root-device-name': image.rootDevice,
    'source-instance-id': image.sourceInstanceId,
    state: image.state,
  };
}

function imageXml(state: State, image: ImageRecord): Xml {
  return {
    imageId: image.imageId,
    imageLocation: `${ownerOf(state, image)}/${image.name}`,
    imageState: image.state,
    imageOwnerId: ownerOf(state, image),
    creationDate: stamp(image.createdAt),
    isPublic: image.isPublic ?? false,
    architecture: image.needs?.architecture ?? 'x86_64',
    imageType: 'machine',
    name: image.name,
    description: image.description,
    platformDetails: 'Linux/UNIX',
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDevice,
    blockDeviceMapping: image.mappings.map((mapping) => ({
      deviceName: mapping.device,
      ebs: {
        snapshotId: mapping.snapshotId,
        volumeSize: mapping.sizeGiB,
        deleteOnTermination: mapping.deleteOnTermination,
        volumeType: mapping.volumeType,
        iops: mapping.iops,
        throughput: mapping.throughput,
        encrypted: false,
      },
    })),
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: image.needs?.ena ?? true,
    bootMode: image.needs?.bootMode,
    tpmSupport: image.needs?.tpm,
    stateReason: image.stateReason,
    sourceInstanceId: image.sourceInstanceId || undefined,
    deregistrationProtection: image.protection,
    tagSet: tagSet(image.tags),
  };
}
