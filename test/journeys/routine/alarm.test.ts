import { type RoutineJourney, routineJourney } from './routine.ts';

let journey: RoutineJourney;
afterEach(() => journey.close());

describe('silence of routine backups', () => {
  it('raise an alarm when they fail for too long, and close it when one completes', async () => {
    journey = await routineJourney({ env: { BACKUP_MAX_AGE: '90m', NOTIFY: 'failures' } });
    journey.ec2.denied.add('ec2:CreateImage');
    const text = () => journey.transcript();
    for (const count of [1, 2]) {
      journey.toSlot();
      await journey.ran(count);
    }
    await journey.until('the alarm is raised', () => text().includes('overdue since'));
    expect(text()).toContain('prod has no complete backup');
    journey.ec2.denied.delete('ec2:CreateImage');
    journey.toSlot();
    await journey.until('the alarm is closed', () => text().includes('It is over'));
  });
});
