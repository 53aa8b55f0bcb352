import { type Journey, startJourney } from './journey.ts';

let journey: Journey;
afterEach(() => journey.close());

/** A slot an hour, which is six seconds: room for a backup also where the machine is busy. */
const ROUTINE = { BACKUP_SCHEDULE: '0 * * * *', KEEP_LAST: '2' };
const FAST = { speed: 600, ec2: { snapshotSeconds: { min: 60, max: 120 } } };
describe('silence of routine backups', () => {
  it('raise an alarm when they fail for too long, and close it when one completes', async () => {
    journey = await startJourney({ ...FAST, env: { ...ROUTINE, BACKUP_MAX_AGE: '90m', NOTIFY: 'failures' } });
    journey.ec2.denied.add('ec2:CreateImage');
    const text = () => journey.transcript();
    await journey.until('the alarm is raised', () => text().includes('it is overdue since'));
    expect(text()).toContain('prod has no complete backup');
    journey.ec2.denied.delete('ec2:CreateImage');
    await journey.until('the alarm is closed', () => text().includes('It is over'));
  });
});
