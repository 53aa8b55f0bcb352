import { faultsIn, readChoices, type TypedChoices } from '../../../src/core/restore/typed-choices.ts';

const TYPED: TypedChoices = {
  way: 'replace',
  type: '',
  groups: '',
  host: '',
  reason: '',
  keepPrivateIp: false,
  cutOver: false,
  removeNomad: true,
  startApp: true,
};

test.each([
  [{ host: 'ci2.example.com' }, {}],
  [{ host: 'https://ci2.example.com' }, { host: 'A bare host name, for example ci2.example.com' }],
  [{ host: 'ci2' }, { host: 'A bare host name, for example ci2.example.com' }],
  [{ type: 'm5.2xlarge' }, {}],
  [{ type: 'm5' }, { type: 'An instance type, for example m5.2xlarge' }],
  [{ groups: 'sg-0123456789abcdef0, sg-01234567' }, {}],
  [{ groups: 'sg-0123456789abcdef0, web' }, { groups: 'Ids like sg-0123456789abcdef0, separated by commas' }],
])('%j', (typed, faults) => {
  expect(faultsIn({ ...TYPED, ...typed })).toEqual(faults);
  expect(readChoices({ ...TYPED, ...typed }) === undefined).toBe(Object.keys(faults).length > 0);
});

test('what does not belong to the way is left out, and texts are one line', () => {
  const typed = {
    ...TYPED,
    groups: 'sg-01234567',
    host: ' CI2.example.com\n',
    reason: 'lost\nat three',
    cutOver: true,
  };
  expect(readChoices(typed)).toMatchObject({
    securityGroupIds: [],
    newHost: 'ci2.example.com',
    reason: 'lost at three',
    cutOver: 'planned',
    startApp: true,
  });
  expect(readChoices({ ...typed, way: 'test', startApp: false })).toMatchObject({
    securityGroupIds: ['sg-01234567'],
    startApp: false,
  });
  expect(readChoices({ ...typed, way: 'in-place' })).toMatchObject({ removeNomad: false });
  expect(readChoices({ ...typed, way: 'sideways' })).toBeUndefined();
});
