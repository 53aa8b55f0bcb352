import { CLEO, entry, LAB, NOW, PROD, scene } from './fakes.ts';

const id = (n: number) => `bk-20261123-0200-aa${String.fromCharCode(97 + Math.floor(n / 8))}${2 + (n % 8)}`;

describe('list', () => {
  test('shows the target’s own backups, newest first', async () => {
    const here = scene([PROD, LAB]);
    here.catalogue.set('eu-west-1', [
      entry('bk-old', { createdAt: 1 }),
      entry('bk-new', { createdAt: 2 }),
      entry('bk-other', { target: 'staging' }),
    ]);
    expect((await here.say(CLEO, 'list prod')).reply).toMatchObject({
      view: 'list',
      target: PROD,
      entries: [{ backupId: 'bk-new' }, { backupId: 'bk-old' }],
      page: 1,
      pages: 1,
      total: 2,
      now: NOW,
    });
  });

  test('has pages', async () => {
    const here = scene();
    const all = Array.from({ length: 23 }, (_, i) => entry(id(i), { createdAt: 100 - i }));
    here.catalogue.set('eu-west-1', all);
    const { reply } = await here.say(CLEO, 'list --page 3');
    expect(reply).toMatchObject({ page: 3, pages: 3, total: 23, entries: all.slice(20) });
    expect((await here.say(CLEO, 'list --page 4')).reply).toMatchObject({
      view: 'refusal',
      reason: '“4” is not a page: there are 3 pages.',
      usage: '/circleci-backup list [target] [--page N]',
    });
  });

  test('asks which target, where there are several', async () => {
    const here = scene([PROD, LAB]);
    expect((await here.say(CLEO, 'list')).reply).toEqual({
      view: 'refusal',
      reason: 'Which target? There are 2: prod and lab.',
      usage: '/circleci-backup list prod',
    });
  });
});
