import { faultsOf } from './checks.ts';
import { denied, downtime, live, overlap, partial, pause, shortPause } from './incidents.ts';
import { expectYearTranscript } from './transcript.ts';
import { berlin, openYear, type Year } from './world.ts';

const WEEK_OF_JUNE = ['05', '06', '07', '08', '09', '10', '11'].map((day) => `2028-06-${day}`);

/** Both changes of daylight saving, 29 February, and whatever else happens to a bot in a year. */
const YEAR = {
  from: '2027-11-01',
  to: '2028-11-02',
  incidents: [
    downtime('2027-11-20 12:00', '2027-11-23 12:00', ['2027-11-21', '2027-11-22'], '2027-11-23'),
    pause('2028-01-10 12:00', '2d', ['2028-01-11', '2028-01-12'], '2028-01-11'),
    shortPause('2028-02-03 18:00', '2028-02-03 20:00'),
    overlap('2028-02-29'),
    downtime('2028-05-10 01:00', '2028-05-10 20:00', ['2028-05-10'], '2028-05-10'),
    denied('2028-06-04 12:00', '2028-06-11 12:00', WEEK_OF_JUNE, '2028-06-05'),
    partial('2028-08-15', '2028-08-15'),
  ],
};

let year: Year;
afterEach(() => year.close());

describe('a year of routine backups', () => {
  it('has each slot once, the alarms that were due and no other, and keeps what the policy keeps', async () => {
    year = await openYear(berlin(YEAR.from));
    await year.clock.hold(() => year.start());
    await live(year, YEAR.incidents, YEAR.to);
    expect(await faultsOf(year, YEAR)).toEqual([]);
    expectYearTranscript(year, 'year/year');
  });
});
