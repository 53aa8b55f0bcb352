import type { CatalogueEntry } from '../../../src/core/catalogue/entry.ts';
import { stepsByHand } from '../../../src/core/restore/by-hand.ts';
import { backup } from '../retention/entries.ts';

const said = (entry: CatalogueEntry) =>
  stepsByHand(entry, 'eu-west-1').map(
    ({ title, parts }) => title + parts.map((part) => (typeof part === 'string' ? part : part.code)).join(''),
  );

test('files come back by hand once everything is mounted, and before Replicated is restarted', () => {
  const files = { snapshotId: 'a'.repeat(64), repository: '0123456789', files: 2000, bytes: 1024 ** 3 };
  const steps = said(backup(0, { files }));
  const at = steps.findIndex((step) => step.startsWith('Bring the files back'));
  expect(steps[at]).toBe(
    `Bring the files back (2000 files of 1 GiB) once everything is mounted (findmnt), with RESTIC_REPOSITORY as in the bot’s settings and its password in RESTIC_PASSWORD: sudo -E restic restore --target / --verify ${'a'.repeat(64)}. What has another content there is overwritten; broken off, it can be typed again.`,
  );
  expect(steps[at + 1]).toMatch(/^Restart/);
});

test('a backup without files has no such step', () => {
  expect(said(backup(0)).join()).not.toContain('restic');
});
