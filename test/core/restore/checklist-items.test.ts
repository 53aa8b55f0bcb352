import { restoreItems } from '../../../src/core/restore/checklist-items.ts';
import { lost, orderOf } from './orders.ts';

const keys = (...given: Parameters<typeof restoreItems>) => restoreItems(...given).map(({ key }) => key);

const keeping = orderOf({ keepPrivateIp: true }, lost());
const kept = keeping.launch?.privateIp ?? '';

it('tells the builders of the new address where the old one was to be kept and could not', () => {
  expect(kept).toBe('10.20.1.12');
  expect(keys(keeping, { instanceId: 'i-new', privateIp: kept })).not.toContain('builders');
  expect(keys(keeping, { instanceId: 'i-new', privateIp: '10.20.64.4' })).toContain('builders');
  expect(keys(keeping, {})).not.toContain('builders');
});
