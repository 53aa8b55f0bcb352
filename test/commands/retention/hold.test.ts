import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import { TAG } from '../../../src/core/catalogue/tags.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { ANA, BEN, CLEO, entry, LAB, NOW, PROD, type Scene, scene } from '../fakes.ts';

const ID = 'bk-20261123-0200-x4qz';

/** A scene with one backup; what is done to EC2 is written down, and the named calls are refused. */
function withBackup(
  more: Partial<CatalogueEntry> = {},
  refused: readonly string[] = [],
): { here: Scene; done: unknown[] } {
  const here = scene([PROD, LAB]);
  const done: unknown[] = [];
  const call =
    (name: string) =>
    async (...args: unknown[]) => {
      if (refused.includes(name))
        throw new ProblemError({ code: 'permissions-missing', actions: [`ec2:${name}`] });
      done.push([name, ...args.slice(0, -1)]);
    };
  here.changes = {
    setProtected: call('setProtected'),
    tag: call('tag'),
    untag: call('untag'),
    setDisabled: call('setDisabled'),
  };
  here.catalogue.set('eu-west-1', [entry(ID, { imageId: 'ami-1', ...more })]);
  return { here, done };
}

describe('hold', () => {
  test('protects first, then says who and why; in the history too', async () => {
    const { here, done } = withBackup();
    expect((await here.say(BEN, `hold ${ID.toUpperCase()}  before   the upgrade`)).reply).toEqual({
      view: 'held',
      backupId: ID,
      target: 'prod',
      imageId: 'ami-1',
      wasDisabled: false,
      why: 'before the upgrade',
    });
    expect(done).toEqual([
      ['setProtected', 'ami-1', true],
      ['tag', ['ami-1'], { [TAG.held]: 'UBEN before the upgrade' }],
    ]);
    expect(here.store.rows.at(-1)).toMatchObject({
      at: NOW,
      kind: 'request',
      verb: 'hold',
      target: 'prod',
      runId: ID,
      actor: BEN,
      detail: { why: 'before the upgrade' },
    });
  });

  test('is written down, so that whoever takes the tag off frees nothing', async () => {
    const { here } = withBackup();
    await here.say(BEN, `hold ${ID} before the upgrade`);
    expect(await here.store.backups.open()).toMatchObject([
      {
        id: ID,
        value: { imageId: 'ami-1', target: 'prod', region: 'eu-west-1', heldBy: 'UBEN before the upgrade' },
      },
    ]);
    expect((await here.say(CLEO, 'list prod')).reply).toMatchObject({
      entries: [
        { held: true, heldBy: 'UBEN before the upgrade', retagged: ['its tags say nothing of its hold'] },
      ],
    });
    // Held again it has its tag again.
    expect((await here.say(ANA, `hold ${ID} still needed`)).reply).toMatchObject({ view: 'held' });
  });

  test('holds an image that has 50 tags, and says what is not on it', async () => {
    const { here, done } = withBackup();
    const full = { code: 'tag-limit', ids: ['ami-1'], keys: [TAG.held] } as const;
    here.changes.tag = async () => {
      throw new ProblemError({ ...full, ids: [...full.ids], keys: [...full.keys] });
    };
    expect((await here.say(BEN, `hold ${ID}`)).reply).toMatchObject({ view: 'held', isUntagged: true });
    expect(done).toEqual([['setProtected', 'ami-1', true]]);
    expect(await here.store.backups.open()).toMatchObject([{ value: { heldBy: 'UBEN' } }]);
  });

  test('needs no reason, and cuts one that EC2 would not take', async () => {
    const { here, done } = withBackup();
    await here.say(ANA, `hold ${ID}`);
    expect(done.at(-1)).toEqual(['tag', ['ami-1'], { [TAG.held]: 'UANA' }]);
    const long = withBackup();
    await long.here.say(ANA, `hold ${ID} ${'🚂'.repeat(300)}`);
    const [, , tags] = long.done.at(-1) as [string, string[], Record<string, string>];
    expect(tags[TAG.held]?.length).toBeLessThanOrEqual(256);
  });

  test('enables what retention has disabled, and what an earlier try left undone', async () => {
    const { here, done } = withBackup({
      imageState: 'disabled',
      disabledAt: 1,
      held: true,
      isProtected: true,
    });
    expect((await here.say(ANA, `hold ${ID}`)).reply).toMatchObject({ view: 'held', wasDisabled: true });
    expect(done.slice(2)).toEqual([
      ['setDisabled', 'ami-1', false],
      ['untag', ['ami-1'], [TAG.disabledAt]],
    ]);
    const half = withBackup({ isProtected: true });
    expect((await half.here.say(ANA, `hold ${ID}`)).reply).toMatchObject({ view: 'held' });
  });

  test.each<[string, string, Partial<CatalogueEntry>]>([
    ['hold', 'Which backup? /circleci-backup list shows them. Nothing was done.', {}],
    ['hold it all', '“it all” is not a backup’s id. /circleci-backup list shows them. Nothing was done.', {}],
    [
      'hold bk-20261123-0200-zzzz',
      'There is no backup bk-20261123-0200-zzzz in eu-west-1, us-east-1. Nothing was done.',
      {},
    ],
    [
      `hold ${ID}`,
      `${ID} is held already. Nothing was done.`,
      { held: true, isProtected: true, heldBy: 'UBEN why not' },
    ],
    [
      `hold ${ID}`,
      `The image of ${ID} is pending; only one that is available can be held. Nothing was done.`,
      { imageState: 'pending' },
    ],
    [
      `hold ${ID}`,
      'I leave ami-1 alone, retention as well: it is public. Nothing was done.',
      { doubts: [{ code: 'public' }] },
    ],
  ])('is refused: %s, %s', async (text, reason, more) => {
    const { here, done } = withBackup(more);
    expect((await here.say(ANA, text)).reply).toMatchObject({ view: 'refusal', reason });
    expect(done).toEqual([]);
  });

  test.each([
    ['setProtected', {}, 'It is not certain that EC2 protects its image.'],
    [
      'tag',
      {},
      'EC2 protects its image already, so retention keeps it; who holds it is not on its tags yet.',
    ],
    [
      'setDisabled',
      { imageState: 'disabled', disabledAt: 1 },
      'It is held, but its image may still be disabled.',
    ],
  ])('says how far it came when EC2 refuses %s', async (name, more, state) => {
    const { here } = withBackup(more, [name]);
    const { reply } = await here.say(ANA, `hold ${ID}`);
    expect(reply).toMatchObject({
      view: 'refusal',
      reason: `The hold of ${ID} is not complete. The bot’s AWS identity lacks ec2:${name}. ${state}`,
      usage: `/circleci-backup hold ${ID}`,
    });
    expect(here.store.rows.at(-1)).toMatchObject({
      kind: 'refusal',
      detail: { code: 'permissions-missing' },
    });
  });

  test('is for operators of the backup’s own target', async () => {
    const { here, done } = withBackup({ target: 'lab' });
    expect((await here.say(BEN, `hold ${ID}`)).reply).toMatchObject({
      reason: '“hold” is for operators of lab, and you are not one. Nothing was done.',
    });
    expect((await here.say(CLEO, `hold ${ID}`)).reply).toMatchObject({ view: 'refusal' });
    expect(done).toEqual([]);
  });

  test('takes the image that is ours where tags were copied', async () => {
    const { here, done } = withBackup();
    here.catalogue.set('eu-west-1', [
      entry(ID, { imageId: 'ami-copy', doubts: [{ code: 'public' }] }),
      entry(ID, { imageId: 'ami-1' }),
    ]);
    await here.say(ANA, `hold ${ID}`);
    expect(done).toContainEqual(['setProtected', 'ami-1', true]);
  });
});
