import { CLEO, entry, LAB, NOW, PROD, scene, target } from './fakes.ts';

describe('restore', () => {
  const backup = entry('bk-20261123-0200-aaaa', { target: 'lab' });

  test('finds a backup in whichever region it is', async () => {
    const here = scene([PROD, LAB, target('stage')]);
    here.catalogue.set('us-east-1', [backup]);
    expect((await here.say(CLEO, `restore ${backup.backupId}`)).reply).toEqual({
      view: 'restore',
      entry: backup,
      region: 'us-east-1',
      now: NOW,
    });
    expect((await here.say(CLEO, `restore ${backup.backupId.toUpperCase()}`)).result).toBe('ok');
  });

  test.each([
    ['restore', 'Which backup? /circleci-backup list shows them.'],
    ['restore the last one', '“the last one” is not a backup’s id. /circleci-backup list shows them.'],
    ['restore bk-20261123-0200-zzzz', 'There is no backup bk-20261123-0200-zzzz in eu-west-1, us-east-1.'],
  ])('%s: %s', async (text, reason) => {
    const here = scene([PROD, LAB, target('stage')]);
    here.catalogue.set('us-east-1', [backup]);
    expect((await here.say(CLEO, text)).reply).toMatchObject({ view: 'refusal', reason });
  });
});
