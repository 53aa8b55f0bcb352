import type { OpenDevConsole } from '../src/core/dev-console.ts';
import type { OpenServicesMachine } from '../src/core/services-machine.ts';
import type { OpenSsh } from '../src/core/ssh.ts';
import type { ProbeWeb } from '../src/core/web-probe.ts';

const unexpected = (what: string) => async () => {
  throw new Error(`nobody was expected to ${what}`);
};

/** For tests in which nobody works on a machine. */
export const unaskedSsh: {
  openSsh: OpenSsh;
  openMachine: OpenServicesMachine;
  openConsole: OpenDevConsole;
  buildsApi: () => undefined;
  probeWeb: ProbeWeb;
} = {
  openSsh: unexpected('log in'),
  openMachine: unexpected('work on a machine'),
  openConsole: unexpected('open a console'),
  buildsApi: () => undefined,
  probeWeb: unexpected('ask a machine on the web'),
};
