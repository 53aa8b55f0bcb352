import type { createEc2 } from './ec2.ts';
import { lazyMachines } from './machines/lazy-machines.ts';

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
  return {
    region: settings.region,
    machines: lazyMachines(async () => (await load()).machines),
    findInstances: async (...asked) => (await load()).findInstances(...asked),
    someInstances: async (...asked) => (await load()).someInstances(...asked),
    missingPermissions: async (...asked) => (await load()).missingPermissions(...asked),
    createImage: async (...asked) => (await load()).createImage(...asked),
    async *watch(...asked) {
      yield* (await load()).watch(...asked);
    },
    addedBytes: async (...asked) => (await load()).addedBytes(...asked),
    tag: async (...asked) => (await load()).tag(...asked),
    taggedImages: async (...asked) => (await load()).taggedImages(...asked),
    instancesFrom: async (...asked) => (await load()).instancesFrom(...asked),
    deregister: async (...asked) => (await load()).deregister(...asked),
    deleteSnapshot: async (...asked) => (await load()).deleteSnapshot(...asked),
    setDisabled: async (...asked) => (await load()).setDisabled(...asked),
    setProtected: async (...asked) => (await load()).setProtected(...asked),
    untag: async (...asked) => (await load()).untag(...asked),
    taggedSnapshots: async (...asked) => (await load()).taggedSnapshots(...asked),
    catalogue: async (...asked) => (await load()).catalogue(...asked),
    close: () => void loading?.then((ec2) => ec2.close()),
  };
};
