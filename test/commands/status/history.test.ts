import { verifyAudit } from '../../../src/commands/status/history.ts';
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
      usage: expect.stringContaining('/circleci-backup history [target] [--page N]'),
    });
  });

  test('--verify tells whether the audit is whole, and compares it with a row of the log', async () => {
    const here = scene([PROD]);
    const last = { seq: 3, hash: 'ab'.repeat(32) };
    const asked: unknown[] = [];
    const whole = { rows: 3, archived: 5_000, elsewhere: [], last };
    here.store.audit.verify = async (logged) => {
      asked.push(logged);
      return logged === undefined ? whole : { ...whole, broken: { what: 'logged', seq: logged.seq } };
    };
    expect((await here.say(CLEO, 'history --verify')).reply).toMatchObject({
      view: 'audit',
      audit: { isWhole: true, headline: 'The audit log is whole: 5003 rows follow one another.' },
    });
    expect((await here.say(CLEO, `history --verify --logged 2:${'CD'.repeat(32)}`)).reply).toMatchObject({
      audit: {
        isWhole: false,
        headline: 'The audit log is NOT whole. Row 2 is not the one that the log names, or it is not there.',
      },
    });
    expect(await verifyAudit(here.store)).toMatchObject({ isWhole: true });
    expect(asked).toEqual([undefined, { seq: 2, hash: 'cd'.repeat(32) }, undefined]);
    for (const wrong of ['2', '2:abc', `x:${'ab'.repeat(32)}`])
      expect((await here.say(CLEO, `history --logged ${wrong}`)).reply).toMatchObject({ view: 'refusal' });
  });
});
