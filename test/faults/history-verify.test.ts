import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { startJourney } from '../journeys/journey.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** `circleci-backup history --verify` as a program of its own, with the settings of a bot. */
function verify(
  cwd: string,
  env: Record<string, string | undefined>,
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'history', '--verify'], { cwd, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('the audit is read beside a running bot, and what somebody changed is found', async () => {
  const journey = await startJourney();
  try {
    await journey.say(journey.ana, 'status');
    await journey.say(journey.ana, 'nonsense');
    const whole = await verify(journey.dataFolder, journey.env);
    expect(whole).toEqual({
      code: 0,
      out: expect.stringMatching(/^The audit log is whole: \d+ rows/),
      err: '',
    });
    // The bot has gone on meanwhile.
    await journey.say(journey.ana, 'status');

    const folder = (journey.env.DATABASE_URL ?? '').replace(/^sqlite:/, '');
    const raw = new DatabaseSync(join(folder, 'store.db'));
    raw.exec("drop trigger audit_no_update; update audit set verb = 'list' where seq = 2;");
    raw.close();
    const broken = await verify(journey.dataFolder, journey.env);
    expect([broken.code, broken.out]).toEqual([
      1,
      expect.stringContaining('The audit log is NOT whole. Row 2'),
    ]);
  } finally {
    await journey.close();
  }
});

test('without a database it says so', async () => {
  const journey = await startJourney();
  const { env, dataFolder } = journey;
  try {
    const { code, err } = await verify(dataFolder, { ...env, DATABASE_URL: `sqlite:${dataFolder}/nothing` });
    expect(code).toBe(1);
    expect(err).toContain('nothing/store.db');
  } finally {
    await journey.close();
  }
});
