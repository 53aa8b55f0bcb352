import { CLEO, LAB, PROD, scene } from '../fakes.ts';

describe('history', () => {
  test('tells requests, refusals, results and cancels of a target, newest first, in pages', async () => {
    const here = scene([PROD, LAB]);
    for (let i = 0; i < 17; i += 1) {
      await here.store.audit.append({ at: i, kind: 'request', verb: 'now', target: 'prod', detail: {} });
    }
    await here.store.audit.append({ at: 20, kind: 'stage', verb: 'now', target: 'prod', detail: {} });
    await here.store.audit.append({ at: 21, kind: 'read', verb: 'unknown', detail: {} });
    await here.store.audit.append({ at: 22, kind: 'result', verb: 'now', target: 'lab', detail: {} });
    const first = (await here.say(CLEO, 'history prod')).reply;
    expect(first).toMatchObject({ view: 'history', target: 'prod', page: 1, pages: 2, total: 17 });
    expect(first.view === 'history' ? first.rows.map((row) => row.at) : []).toEqual(
      Array.from({ length: 15 }, (_, i) => 16 - i),
    );
    expect((await here.say(CLEO, 'history prod --page 2')).reply).toMatchObject({
      rows: [{ at: 1 }, { at: 0 }],
    });
    const all = (await here.say(CLEO, 'history')).reply;
    expect(all).toMatchObject({
      total: 18,
      rows: expect.arrayContaining([expect.objectContaining({ at: 22 })]),
    });
    expect(all).not.toHaveProperty('target');
    expect((await here.say(CLEO, 'history --page x')).reply).toMatchObject({
      view: 'refusal',
      usage: '/circleci-backup history [target] [--page N]',
    });
  });
});
