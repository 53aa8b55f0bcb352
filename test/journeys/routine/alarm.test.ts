import { type Journey, startJourney } from '../journey.ts';
import { FAST, ROUTINE } from './routine.ts';

let journey: Journey;
afterEach(() => journey.close());

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
