import type { State } from '../state.ts';
import { filterTest } from '../wire/filters.ts';
import { page } from '../wire/paging.ts';
import type { Params } from '../wire/query.ts';
import type { Xml } from '../wire/xml.ts';

const SIZES = ['large', 'xlarge', '2xlarge', '4xlarge'];
const FAMILIES = ['m4', 'm5', 'm5a', 'm6i', 'm7i', 'r5', 'r6i', 'c5', 't3'];

/** Types this region has somewhere, as far as the sandbox goes. */
const TYPES = FAMILIES.flatMap((family) => SIZES.map((size) => `${family}.${size}`));

/** Types on Xen, of which the console gives only what was there some minutes ago. */
export function isNitro(type: string): boolean {
  return !/^(?:m[1-4]|c[1-4]|t[12]|r[34])\./.test(type);
}

export function isOffered(state: State, type: string, zone: string): boolean {
  const zoneExists = [...state.subnets.values()].some((subnet) => subnet.zone === zone);
  return (
    zoneExists &&
    TYPES.includes(type) &&
    !state.notOffered.has(type) &&
    !state.notOffered.has(`${type}/${zone}`)
  );
}

export function describeInstanceTypeOfferings(state: State, params: Params): { [element: string]: Xml } {
  const matches = filterTest(params, ['instance-type', 'location']);
  const zones = [...new Set([...state.subnets.values()].map((subnet) => subnet.zone))];
  const all = zones.flatMap((zone) =>
    TYPES.filter((type) => isOffered(state, type, zone)).map((type) => ({ type, zone })),
  );
  const found = all
    .filter(({ type, zone }) => matches({ values: { 'instance-type': type, location: zone }, tags: {} }))
    // Page tokens are made of ids, and these have none.
    .map((one, index): [string, typeof one] => [`offering-${index.toString(16)}`, one]);
  const answer = page(params, found, { least: 5, pageSize: state.pageSize });
  return {
    instanceTypeOfferingSet: answer.page.map(({ type, zone }) => ({
      instanceType: type,
      locationType: 'availability-zone',
      location: zone,
    })),
    nextToken: answer.nextToken,
  };
}
