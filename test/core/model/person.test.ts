import { isSamePerson, osUserIn, personOnCommandLine } from '../../../src/core/model/person.ts';

const ANA = { userId: 'U1', teamId: 'T1' };

test.each([
  ['one person in Slack', ANA, ANA, true],
  ['two workspaces', ANA, { ...ANA, teamId: 'T2' }, false],
  ['two people', ANA, { ...ANA, userId: 'U2' }, false],
  ['Slack and the command line', ANA, personOnCommandLine('ana', 'U1'), true],
  [
    'two names that CLI_USERS gives one id',
    personOnCommandLine('ana', 'U1'),
    personOnCommandLine('root', 'U1'),
    true,
  ],
  [
    'two whom nobody in Slack stands for',
    personOnCommandLine('ana', undefined),
    personOnCommandLine('ben', undefined),
    false,
  ],
])('%s', (_, one, other, expected) => {
  expect([isSamePerson(one, other), isSamePerson(other, one)]).toEqual([expected, expected]);
});

test('who stands for whom', () => {
  expect(personOnCommandLine('ana', 'U1')).toEqual({ userId: 'U1', teamId: 'os:ana' });
  expect(personOnCommandLine('ana', undefined)).toEqual({ userId: 'os:ana', teamId: 'os:ana' });
  expect(['U1', 'T1', 'os:ana', 'S1'].map(osUserIn)).toEqual([undefined, undefined, 'ana', undefined]);
});
