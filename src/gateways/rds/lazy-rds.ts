import { lazyPort } from '../lazy-port.ts';
import type { createRds } from './rds.ts';

/** The RDS port with AWS's SDK loaded at the first use: few targets have such a datastore. */
export const createLazyRds: typeof createRds = (settings, deps) => {
  let loading: Promise<ReturnType<typeof createRds>> | undefined;
  const load = () => {
    loading ??= import('./rds.ts').then((module) => module.createRds(settings, deps));
    return loading;
  };
  return lazyPort(load, { close: () => void loading?.then((loaded) => loaded.close()) });
};
