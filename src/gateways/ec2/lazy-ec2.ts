import { lazyPort } from '../lazy-port.ts';
import type { createEc2 } from './ec2.ts';

/**
 * The EC2 port with AWS's SDK loaded at the first use: that takes as long as half of what a start needs otherwise, and
 * whoever starts the bot at night waits for its first answer, not for EC2.
 */
export const createLazyEc2: typeof createEc2 = (settings, deps) => {
  let loading: Promise<ReturnType<typeof createEc2>> | undefined;
  const load = () => {
    loading ??= import('./ec2.ts').then((module) => module.createEc2(settings, deps));
    return loading;
  };
  return lazyPort(load, {
    region: settings.region,
    machines: lazyPort(async () => (await load()).machines),
    async *watch(...asked) {
      yield* (await load()).watch(...asked);
    },
    close: () => void loading?.then((loaded) => loaded.close()),
  });
};
