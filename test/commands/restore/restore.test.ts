import { target } from '../../target.ts';
import { ANA, CLEO, entry, LAB, NOW, PROD, scene } from '../fakes.ts';

const LOAD = expect.any(Function);

describe('restore --by-hand', () => {
  const backup = entry('bk-20261123-0200-aaaa', { target: 'lab' });

  test('finds a backup in whichever region it is, for everybody', async () => {
    const here = scene([PROD, LAB, target('stage')]);
    here.catalogue.set('us-east-1', [backup]);
    expect((await here.say(CLEO, `restore ${backup.backupId} --by-hand`)).reply).toEqual({
      view: 'restore-by-hand',
      entry: backup,
      region: 'us-east-1',
      now: NOW,
      datastores: [],
    });
    expect((await here.say(CLEO, `restore ${backup.backupId.toUpperCase()} --by-hand`)).result).toBe('ok');
  });

  test('takes the newest complete one where none is named, as the form does', async () => {
    const failed = entry('bk-20261123-0230-bbbb', { target: 'lab', createdAt: NOW, outcome: 'failed' });
    const here = scene([PROD, LAB]);
    here.catalogue.set('us-east-1', [backup, failed]);
    expect((await here.say(CLEO, 'restore lab --by-hand')).reply).toMatchObject({ entry: backup });
    const alone = scene([LAB]);
    alone.catalogue.set('us-east-1', [failed, backup]);
    expect((await alone.say(CLEO, 'restore --by-hand')).reply).toMatchObject({ entry: backup });
  });

  test.each([
    ['', 'Which target? There are 3: prod, lab and stage.'],
    ['prod', 'prod has no complete backup in eu-west-1. /circleci-backup list shows what there is.'],
    [
      'the last one',
      '“the last one” is not a backup’s id. /circleci-backup list shows them. Nothing was done.',
    ],
    [
      'bk-20261123-0200-zzzz',
      'There is no backup bk-20261123-0200-zzzz in eu-west-1, us-east-1. Nothing was done.',
    ],
  ])('%s: %s', async (text, reason) => {
    const here = scene([PROD, LAB, target('stage')]);
    here.catalogue.set('us-east-1', [backup]);
    expect((await here.say(CLEO, `restore ${text} --by-hand`)).reply).toMatchObject({
      view: 'refusal',
      reason,
    });
  });
});

describe('restore', () => {
  const backup = entry('bk-20261123-0200-aaaa', { target: 'lab' });
  const targets = [PROD, LAB];

  test.each([
    ['restore', {}],
    ['restore prod', { target: PROD }],
    [`restore ${backup.backupId}`, { backupId: backup.backupId }],
    [`restore LAB ${backup.backupId}`, { target: LAB, backupId: backup.backupId }],
  ])('%s opens the form', async (text, named) => {
    const here = scene(targets);
    const expected = { view: 'form', form: 'restore', targets, load: LOAD, ...named };
    expect((await here.say(ANA, text)).reply).toEqual(expected);
  });

  test('is for operators of the target', async () => {
    expect((await scene(targets).say(CLEO, 'restore prod')).reply).toMatchObject({ view: 'refusal' });
  });

  test.each([
    'restore the last one',
    'restore prod yesterday',
    `restore ${backup.backupId} ${backup.backupId}`,
  ])('%s is neither a target nor a backup', async (text) => {
    const reply = (await scene(targets).say(ANA, text)).reply;
    expect(reply).toMatchObject({
      view: 'refusal',
      reason: expect.stringContaining('is neither a target nor a backup’s id'),
    });
  });

  test('fills the form with the target of the named backup', async () => {
    const here = scene(targets);
    here.catalogue.set('us-east-1', [backup]);
    const { reply } = await here.say(ANA, `restore ${backup.backupId}`);
    if (reply.view !== 'form' || reply.form !== 'restore') throw new Error('no form');
    expect(await reply.load()).toMatchObject({ target: LAB, backup, hasBackups: true });
  });

  test('says in the form what EC2 does not give', async () => {
    const here = scene([PROD]);
    const { reply } = await here.say(ANA, 'restore');
    if (reply.view !== 'form' || reply.form !== 'restore') throw new Error('no form');
    expect(await reply.load()).toMatchObject({
      trouble: 'There is no backup of this target.',
      hasBackups: false,
    });
  });
});
