import type { Ec2Regions } from '../../core/ports/ec2.ts';
import type { createEc2 } from './ec2.ts';

/** EC2 of each region, made at the first question about it. */
export function createRegions(
  make: typeof createEc2,
  settings: Omit<Parameters<typeof createEc2>[0], 'region'>,
  deps: Parameters<typeof createEc2>[1],
): { ec2: Ec2Regions; close(): void } {
  const made = new Map<string, ReturnType<typeof createEc2>>();
  return {
    ec2(region) {
      const one = made.get(region) ?? make({ region, ...settings }, deps);
      made.set(region, one);
      return one;
    },
    close() {
      for (const one of made.values()) one.close();
    },
  };
}
