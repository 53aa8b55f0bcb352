import fc from 'fast-check';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import {
  launchTags,
  launchVolumeTags,
  type Replacement,
  reinstate,
  retire,
  stepBack,
  takeOver,
} from '../../../src/core/restore/launch-tags.ts';

const byName: Replacement = {
  runId: 'rs-20261123-0314-x4qz',
  backupId: 'bk-20261122-0314-abcd',
  selector: { by: 'tag', key: 'Name', value: 'circleci_services' },
  source: {
    Name: 'circleci_services',
    Owner: 'ci',
    'aws:autoscaling:groupName': 'x',
    'AWS:odd': 'x',
    [TAG.run]: 'rs-older',
    [TAG.restoredFrom]: 'bk-older',
  },
};
const byRole: Replacement = {
  ...byName,
  selector: { by: 'tag', key: 'Role', value: 'services' },
  source: { Name: 'ci', Role: 'services' },
};
const byId: Replacement = { ...byName, selector: { by: 'id', id: 'i-1' } };

const { runId, backupId } = byName;
const own = { [TAG.run]: runId, [TAG.restoredFrom]: backupId };

test.each<[string, Replacement, Record<string, string>]>([
  ['found by name', byName, { Name: `circleci_services (restore ${runId})`, Owner: 'ci', ...own }],
  ['found by another tag', byRole, { Name: `ci (restore ${runId})`, ...own }],
  ['found by id', byId, { Name: `circleci_services (restore ${runId})`, Owner: 'ci', ...own }],
  [
    'of which nothing is known',
    { ...byName, source: {} },
    { Name: `circleci_services (restore ${runId})`, ...own },
  ],
  [
    'that was restored before',
    { ...byName, source: { Name: 'ci (restore rs-older)' } },
    { Name: `ci (restore ${runId})`, ...own },
  ],
])('a new machine is not found in place of the old one: %s', (_what, replacement, expected) => {
  expect(launchTags(replacement)).toEqual(expected);
});

test.each<[string, Replacement]>([
  ['by name', byName],
  ['by another tag', byRole],
])('after cut-over exactly the new machine is found %s, and going back finds the old one', (_what, given) => {
  const { selector } = given;
  if (selector.by !== 'tag') throw new Error('by tag only');
  const apply = (tags: Record<string, string>, change: ReturnType<typeof retire>) => {
    const now = { ...tags, ...change.tag };
    for (const key of change.untag) delete now[key];
    return now;
  };
  let old: Record<string, string> = given.source;
  let fresh = launchTags(given);
  const found = () =>
    [old, fresh].map((tags) => (tags[selector.key] === selector.value ? 'found' : 'not found'));
  expect(found()).toEqual(['found', 'not found']);
  old = apply(old, retire(given));
  expect(found()).toEqual(['not found', 'not found']);
  fresh = apply(fresh, takeOver(given));
  expect(found()).toEqual(['not found', 'found']);
  expect(old).toMatchObject({ Name: `${given.source.Name} (fenced by ${runId})`, [TAG.fencedBy]: runId });
  expect(fresh.Name).toBe(given.source.Name);

  fresh = apply(fresh, stepBack(given));
  expect(found()).toEqual(['not found', 'not found']);
  expect(fresh).toEqual(launchTags(given));
  old = apply(old, reinstate(given));
  expect(found()).toEqual(['found', 'not found']);
  expect(old).toEqual(given.source);
});

test('EC2 takes any of these tags', () => {
  const tags = fc.dictionary(fc.string({ minLength: 1, maxLength: 128 }), fc.string({ maxLength: 256 }), {
    maxKeys: 60,
  });
  fc.assert(
    fc.property(tags, fc.option(fc.string({ maxLength: 256 }), { nil: undefined }), (others, name) => {
      const source = { ...others, ...(name === undefined ? {} : { Name: name }) };
      for (const made of [launchTags({ ...byName, source }), launchVolumeTags({ ...byName, source })]) {
        expect(Object.keys(made).length).toBeLessThanOrEqual(50);
        expect(Object.keys(made).filter((key) => key.toLowerCase().startsWith('aws:'))).toEqual([]);
        expect(Object.values(made).filter((value) => [...value].length > 256)).toEqual([]);
        expect(made).toMatchObject(own);
      }
    }),
  );
});

test.each<[string, Replacement, number, string[]]>([
  ['has room', byName, 40, [TAG.fencedBy, 'Name']],
  ['has room for one more', byName, 49, [TAG.fencedBy, 'Name']],
  ['is full, and keeps its name', byName, 50, ['Name']],
  ['is full, and loses the tag by which it was found', byRole, 50, [TAG.fencedBy, 'Name']],
])('a machine that %s is fenced within EC2’s 50 tags', (_what, given, count, expected) => {
  const source = { ...given.source, 'aws:a': 'x', 'aws:b': 'x' };
  for (let i = 0; Object.keys(source).filter((key) => !/^aws:/i.test(key)).length < count; i += 1)
    Object.assign(source, { [`key-${i}`]: 'x' });
  const { tag, untag } = retire({ ...given, source });
  expect(Object.keys(tag).sort()).toEqual(expected.sort());
  const after = new Set([...Object.keys(source).filter((key) => !/^aws:/i.test(key)), ...Object.keys(tag)]);
  for (const key of untag) after.delete(key);
  expect(after.size).toBeLessThanOrEqual(50);
});

test('a launch leaves room for the tag by which it will be found, and for its own end', () => {
  const source = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key-${i}`, 'x']));
  const given = { ...byRole, source, extraTags: { CostCentre: '1234', 'key-0': 'another' } };
  const launched = launchTags(given);
  expect(Object.keys(launched)).toHaveLength(48);
  expect(launched).toMatchObject({ CostCentre: '1234', 'key-0': 'another', ...own });
  const after = { ...launched, ...takeOver(given).tag };
  expect(retire({ ...given, source: after }).left).toBeUndefined();
  expect(launchVolumeTags(given)).toMatchObject({ CostCentre: '1234' });
});

test('a name of 256 characters beyond the basic plane stays within EC2’s units', () => {
  const { Name } = launchTags({ ...byName, source: { Name: '🚀'.repeat(200) } });
  expect(Name?.length).toBeLessThanOrEqual(256);
  expect(Name?.isWellFormed()).toBe(true);
});
