import { faultsOf } from './checks.ts';
import { denied, downtime, live, overlap, partial, pause } from './incidents.ts';
import { expectYearTranscript } from './transcript.ts';
import { berlin, openYear, type Year } from './world.ts';

/** With 29 February, a month's end and the hour that is skipped in March. */
const MONTH = {
  from: '2028-02-27',
  to: '2028-03-30',
  incidents: [
    overlap('2028-02-29'),
    downtime('2028-03-03 12:00', '2028-03-05 12:00', ['2028-03-04'], '2028-03-05'),
    pause('2028-03-08 12:00', '2d', ['2028-03-09', '2028-03-10'], '2028-03-09'),
    denied('2028-03-14 12:00', '2028-03-16 12:00', ['2028-03-15', '2028-03-16'], '2028-03-15'),
    partial('2028-03-21', '2028-03-21'),
  ],
};

let year: Year;
afterEach(() => year.close());

describe('a month of routine backups', () => {
  it('has each slot once, the alarms that were due and no other, and keeps what the policy keeps', async () => {
    year = await openYear(berlin(MONTH.from));
    await year.clock.hold(() => year.start());
    await live(year, MONTH.incidents, MONTH.to);
    expect(await faultsOf(year, MONTH)).toEqual([]);
    expectYearTranscript(year, 'year/month');
  }, 240_000);
});
