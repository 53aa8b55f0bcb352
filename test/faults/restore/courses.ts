import type { Filled } from '../../journeys/restore/restore.ts';
import type { Asked } from '../schedules/people.ts';
import type { RestoreWorld } from './world.ts';

/** A way that a restore can go from its form to its last word. */
export interface Course {
  name: string;
  filled: Filled;
  elasticIp?: string;
  /** Once the plan is made, and before it is approved. */
  arrange?: (world: RestoreWorld) => void;
  /** The button that people press. */
  choose: (asked: Asked) => string;
}

const ELASTIC_IP = '198.51.100.7';
/** A group for tests, which the sandbox knows. */
const GROUP = 'sg-0f1e2d3c4b5a69788';

const never = ({ key, labels }: Asked): string => {
  throw new Error(`nobody expected the question ${key}: ${labels.join(', ')}`);
};

/** The three ways, and the way back from a cut-over that fails. */
export const COURSES: readonly Course[] = [
  { name: 'replace', filled: {}, elasticIp: ELASTIC_IP, choose: () => 'Cut over' },
  { name: 'in place', filled: { way: 'in-place' }, choose: never },
  {
    name: 'test',
    filled: { way: 'test', groups: GROUP, options: ['nomad', 'start-app'] },
    choose: never,
    arrange: ({ ec2 }) => void ec2.securityGroups.add(GROUP),
  },
  {
    name: 'undone',
    filled: {},
    elasticIp: ELASTIC_IP,
    arrange: ({ ec2 }) => void ec2.denied.add('ec2:AssociateAddress'),
    choose: ({ nth }) => (nth === 1 ? 'Cut over' : 'Abort'),
  },
];
