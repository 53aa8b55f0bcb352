import { findBackup } from '../../../src/commands/base/find-backup.ts';
import { whyElsewhere } from '../../../src/commands/restore/backup-elsewhere.ts';
import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import { ProblemError } from '../../../src/core/problems/problem.ts';
import { entry, LAB, PROD, scene } from '../fakes.ts';

const ID = 'bk-20261123-0200-aaaa';
const DOUBTS = [{ code: 'source-unknown', claimed: 'i-1' } as const];
const ofLab = entry(ID, { target: 'lab' });
const AWAY = new ProblemError({ code: 'credentials', awsCode: 'ExpiredToken', sinceMs: 1 });

type Catalogue = CatalogueEntry[] | Error;

const found = async (eu: Catalogue, us: Catalogue, first?: string) => {
  const here = scene([PROD, LAB]);
  here.catalogue.set('eu-west-1', eu).set('us-east-1', us);
  return findBackup(ID, here.deps, first);
};

describe('a backup is found', () => {
  it('in the region of its target, wherever else there is a copy of it', async () => {
    const copy = { ...ofLab, imageId: 'ami-copy' };
    expect(await found([copy], [ofLab])).toEqual({ entry: ofLab, region: 'us-east-1' });
    expect(await found([copy], [ofLab], 'eu-west-1')).toEqual({ entry: ofLab, region: 'us-east-1' });
    expect(await found([copy], [])).toEqual({ entry: copy, region: 'eu-west-1' });
  });

  it('before a copy of it in the same region', async () => {
    const copy = { ...ofLab, imageId: 'ami-copy', doubts: DOUBTS };
    expect(await found([], [copy, ofLab])).toEqual({ entry: ofLab, region: 'us-east-1' });
    expect(await found([{ ...ofLab }], [copy])).toEqual({ entry: copy, region: 'us-east-1' });
  });

  it('while another region does not answer', async () => {
    expect(await found(AWAY, [ofLab])).toEqual({ entry: ofLab, region: 'us-east-1' });
    await expect(found([ofLab], AWAY)).rejects.toBe(AWAY);
    await expect(found([], AWAY)).rejects.toBe(AWAY);
    await expect(found(new Error('a fault'), [ofLab])).rejects.toThrow('a fault');
  });
});

describe('a backup is not one of the target', () => {
  const deps = scene([PROD, LAB]).deps;

  test.each([
    [
      'of another target',
      { entry: ofLab, region: 'us-east-1' },
      `${ID} is a backup of lab in us-east-1, not of prod in eu-west-1.`,
      `To restore lab from it, type /circleci-backup restore ${ID}. Otherwise choose a backup of prod.`,
    ],
    [
      'of one that is in the same region and not configured',
      { entry: entry(ID, { target: 'old' }), region: 'eu-west-1' },
      `${ID} is a backup of old, not of prod.`,
      'Choose a backup of prod.',
    ],
    [
      'a copy in another region',
      { entry: entry(ID), region: 'us-east-1' },
      `${ID} of prod is not in eu-west-1 (any more). In us-east-1 is a copy of its image, and the bot restores prod from eu-west-1 alone.`,
      `Choose a backup of prod. To use the copy without the bot, type /circleci-backup restore ${ID} --by-hand.`,
    ],
  ])('%s', (_what, where, reason, next) => {
    expect(whyElsewhere(where, PROD, deps)).toEqual({ reason, next });
  });

  it('but one that is', () => {
    expect(whyElsewhere({ entry: entry(ID), region: 'eu-west-1' }, PROD, deps)).toBeUndefined();
  });
});
