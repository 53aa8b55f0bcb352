import fc from 'fast-check';
import type { InstanceSelector } from '../../../src/core/model/target.ts';
import type { ImageRequest } from '../../../src/core/ports/ec2.ts';
import {
  createImage,
  describeCatalogue,
  describeImagesNamed,
  describeInstances,
  describeSnapshotsOfRuns,
  FILTER_MAX,
} from '../../../src/gateways/ec2/requests.ts';

const filtersOf = (
  inputs: { Filters?: { Name?: string | undefined; Values?: string[] | undefined }[] | undefined }[],
) => inputs.flatMap((input) => input.Filters ?? []);

const request: ImageRequest = {
  runId: 'bk-20261123-0314-x4qz',
  name: 'circleci-backup/prod/bk-20261123-0314-x4qz',
  description: 'a backup',
  instanceId: 'i-0c94f2a8000000001',
  reboot: false,
  imageTags: { Name: 'one', 'circleci-backup:run': 'bk-20261123-0314-x4qz' },
  snapshotTags: { 'circleci-backup:run': 'bk-20261123-0314-x4qz' },
};

describe('createImage', () => {
  it('says all of it, and tags image and snapshots in the same call', () => {
    expect(createImage(request)).toEqual({
      InstanceId: 'i-0c94f2a8000000001',
      Name: 'circleci-backup/prod/bk-20261123-0314-x4qz',
      Description: 'a backup',
      NoReboot: true,
      TagSpecifications: [
        {
          ResourceType: 'image',
          Tags: [
            { Key: 'Name', Value: 'one' },
            { Key: 'circleci-backup:run', Value: 'bk-20261123-0314-x4qz' },
          ],
        },
        {
          ResourceType: 'snapshot',
          Tags: [{ Key: 'circleci-backup:run', Value: 'bk-20261123-0314-x4qz' }],
        },
      ],
    });
  });

  it('always says whether to reboot, for EC2 would', () => {
    expect(createImage({ ...request, reboot: true }).NoReboot).toBe(false);
    expect(createImage({ ...request, reboot: false }).NoReboot).toBe(true);
  });
});

describe('describeInstances', () => {
  it('filters by ids and by tags, one call a key', () => {
    const selectors: InstanceSelector[] = [
      { by: 'id', id: 'i-1' },
      { by: 'tag', key: 'Name', value: 'prod' },
      { by: 'id', id: 'i-2' },
      { by: 'tag', key: 'Name', value: 'staging' },
      { by: 'tag', key: 'Name', value: 'prod' },
      { by: 'tag', key: 'Role', value: 'services' },
    ];
    expect(describeInstances(selectors)).toEqual([
      { Filters: [{ Name: 'instance-id', Values: ['i-1', 'i-2'] }] },
      { Filters: [{ Name: 'tag:Name', Values: ['prod', 'staging'] }] },
      { Filters: [{ Name: 'tag:Role', Values: ['services'] }] },
    ]);
  });

  it('takes wildcards of a tag for the characters they are', () => {
    const [filter] = filtersOf(describeInstances([{ by: 'tag', key: 'Name', value: 'a*b?c\\d' }]));
    expect(filter?.Values).toEqual(['a\\*b\\?c\\\\d']);
  });

  it('asks about every selector, with no more values a filter than EC2 takes', () => {
    const selector = fc.oneof(
      fc.record({ by: fc.constant('id' as const), id: fc.integer({ max: 5000 }).map((n) => `i-${n}`) }),
      fc.record({
        by: fc.constant('tag' as const),
        key: fc.constantFrom('Name', 'Role'),
        value: fc.integer({ max: 5000 }).map(String),
      }),
    );
    fc.assert(
      fc.property(fc.array(selector, { minLength: 150, maxLength: 900, size: 'max' }), (selectors) => {
        const filters = filtersOf(describeInstances(selectors));
        const asked = new Set(filters.flatMap((f) => (f.Values ?? []).map((value) => `${f.Name}=${value}`)));
        for (const { Values } of filters) expect(Values?.length).toBeLessThanOrEqual(FILTER_MAX);
        const wanted = selectors.map((s) =>
          s.by === 'id' ? `instance-id=${s.id}` : `tag:${s.key}=${s.value}`,
        );
        expect(asked).toEqual(new Set(wanted));
      }),
      { numRuns: 20 },
    );
  });
});

describe('describing images and snapshots', () => {
  const runIds = Array.from({ length: 401 }, (_, i) => `bk-${i}`);
  const names = runIds.map((id) => `circleci-backup/prod/${id}`);

  it('finds those of many runs by name, 200 a call, disabled ones as well', () => {
    const inputs = describeImagesNamed(names);
    expect(filtersOf(inputs).map((f) => [f.Name, f.Values?.length])).toEqual([
      ['name', 200],
      ['name', 200],
      ['name', 1],
    ]);
    expect(filtersOf(inputs).flatMap((f) => f.Values)).toEqual(names);
    for (const input of inputs) expect(input).toMatchObject({ Owners: ['self'], IncludeDisabled: true });
    const snapshots = describeSnapshotsOfRuns(runIds);
    expect(filtersOf(snapshots).flatMap((f) => f.Values)).toEqual(runIds);
    for (const input of snapshots) expect(input).toMatchObject({ OwnerIds: ['self'] });
  });

  it('asks for nothing where there is nothing to ask about', () => {
    expect(describeImagesNamed([])).toEqual([]);
    expect(describeInstances([])).toEqual([]);
  });

  it('looks at our own account only', () => {
    expect(describeCatalogue()).toEqual([
      {
        Owners: ['self'],
        IncludeDisabled: true,
        Filters: [{ Name: 'tag-key', Values: ['circleci-backup:run'] }],
      },
      {
        Owners: ['self'],
        IncludeDisabled: true,
        Filters: [{ Name: 'name', Values: ['circleci-backup/*/*'] }],
      },
    ]);
  });
});
