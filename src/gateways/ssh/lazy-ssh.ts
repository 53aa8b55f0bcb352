import type { OpenSsh } from '../../core/ports/ssh.ts';
import type { SshDeps } from './open-ssh.ts';

/** SSH, loaded at its first use: whoever only backs up never needs it, and it takes a while. */
export function createLazySsh(deps: SshDeps): OpenSsh {
  let made: Promise<OpenSsh> | undefined;
  const make = async () => (await import('./open-ssh.ts')).createOpenSsh(deps);
  return async (at, options) => {
    made ??= make();
    return (await made)(at, options);
  };
}
