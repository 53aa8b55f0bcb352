import { CLEO, entry, LAB, NOW, PROD, scene } from '../fakes.ts';

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
      usage: expect.stringContaining('/circleci-backup list [target] [--held]'),
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

  describe('shows only', () => {
    async function shown(text: string) {
      const here = scene();
      here.catalogue.set('eu-west-1', [
        entry('bk-held', { held: true, createdAt: Date.UTC(2026, 9, 1) }),
        entry('bk-shield', { isProtected: true, createdAt: Date.UTC(2026, 9, 2) }),
        entry('bk-part', { outcome: 'partial', createdAt: Date.UTC(2026, 8, 30, 23, 59) }),
        entry('bk-both', { outcome: 'partial', held: true, createdAt: Date.UTC(2026, 7, 1) }),
      ]);
      const { reply } = await here.say(CLEO, text);
      return reply.view === 'list' ? reply.entries.map((e) => e.backupId) : reply;
    }

    test.each([
      ['list --held', ['bk-shield', 'bk-held', 'bk-both']],
      ['list --partial', ['bk-part', 'bk-both']],
      ['list --before 2026-10-01', ['bk-part', 'bk-both']],
      ['list --held --before=2026-10-02', ['bk-held', 'bk-both']],
      ['list —held --partial', ['bk-both']],
      ['list --partial --before 2020-01-01', []],
    ])('%s', async (text, ids) => {
      expect(await shown(text)).toEqual(ids);
    });

    test.each(['tomorrow', '2026-13-01', '2026-02-30', '1.10.2026'])('not --before %s', async (text) => {
      expect(await shown(`list --before ${text}`)).toMatchObject({
        view: 'refusal',
        reason: `“${text}” is not a date. Write it as year, month and day, for example 2026-10-01.`,
      });
    });

    test('before the day begins where the target is', async () => {
      const here = scene([{ ...PROD, timezone: 'America/New_York' }]);
      here.catalogue.set('eu-west-1', [
        entry('bk-evening', { createdAt: Date.UTC(2026, 9, 1, 3, 59) }),
        entry('bk-midnight', { createdAt: Date.UTC(2026, 9, 1, 4) }),
      ]);
      expect((await here.say(CLEO, 'list --before 2026-10-01')).reply).toMatchObject({
        entries: [{ backupId: 'bk-evening' }],
        filter: { before: { date: '2026-10-01' } },
      });
    });
  });

  test('backups of a target that is no longer configured are counted, and shown when asked for', async () => {
    const here = scene([PROD, LAB]);
    here.catalogue.set('eu-west-1', [entry('bk-1'), entry('bk-2', { target: 'staging' })]);
    here.catalogue.set('us-east-1', [entry('bk-3', { target: 'old' }), entry('bk-4', { target: 'lab' })]);
    expect((await here.say(CLEO, 'list prod')).reply).toMatchObject({ total: 1, strays: 1 });
    const { reply } = await here.say(CLEO, 'list --no-target');
    expect(reply).toMatchObject({
      total: 2,
      strays: 0,
      regions: ['eu-west-1', 'us-east-1'],
      entries: [{ backupId: 'bk-3' }, { backupId: 'bk-2' }],
    });
    expect(reply).not.toHaveProperty('target');
  });
});
