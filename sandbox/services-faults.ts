import type { Machine } from './machine/machine.ts';
import type { Machines } from './machine/machines.ts';
import type { PageExtra } from './page/server.ts';

/** What a person can let go wrong on the Services machine itself, in the words of the page's drawer. */
export function servicesFaults(
  machines: Machines,
  isOthers: (instanceId: string) => boolean = () => false,
): PageExtra[] {
  /** The newest one that runs and is no other installation’s: the one a restore works on. */
  const newest = (act: (machine: Machine) => void) => () => {
    const machine = [...machines.running.values()].findLast(({ instanceId }) => !isOthers(instanceId));
    if (machine !== undefined) act(machine);
  };
  return [
    {
      id: 'drop-ssh',
      label: 'Machine: cut the SSH connection at the next file that is written',
      help: 'The file is as it was or as it should be, and nothing in between.',
      run: newest(({ faults }) => void faults.drops.push({ command: /mv -f/, when: 'after' })),
    },
    {
      id: 'impostor',
      label: 'Machine: let another machine answer at the next one’s address',
      help: 'Its host key is not the one on the console: nothing is sent to it.',
      run: () => {
        machines.nextFaults = (faults) => {
          faults.ssh = 'wrong-key';
        };
      },
    },
    {
      id: 'sudo-password',
      label: 'Machine: let sudo ask for a password',
      help: 'The restore stops and says what to change. Press again to end it.',
      run: newest(({ faults }) => {
        if (faults.sudo === undefined) faults.sudo = 'password';
        else delete faults.sudo;
      }),
    },
    {
      id: 'app-never-starts',
      label: 'Machine: let the application never start',
      help: 'The restore waits, then stops with its state. Press again to end it.',
      run: newest(({ faults }) => {
        if (faults.appStart === undefined) faults.appStart = 'never';
        else delete faults.appStart;
      }),
    },
    {
      id: 'console-noise',
      label: 'Console: let other threads print, in colours',
      help: 'The clean-up reads its own answers all the same. Press again to end it.',
      run: newest(({ faults: { devConsole } }) => {
        const noisy = !devConsole.noise;
        Object.assign(devConsole, { noise: noisy, colours: noisy, wraps: noisy });
      }),
    },
    {
      id: 'console-throws',
      label: 'Console: let the deletion of one stuck build fail',
      help: 'Its message is shown, the others are deleted.',
      run: newest(({ disk, faults: { devConsole } }) => {
        const stuck = disk.builds.find(({ lifecycle }) => lifecycle === 'running');
        if (stuck !== undefined) devConsole.throwsAt.push(`/${stuck.project}/${stuck.number}`);
      }),
    },
  ];
}

/** A line a machine that runs: `prod: i-0c94f2a8000000001 at 10.20.1.12 and 203.0.113.40: application started, 3 builds stuck`. */
export function machinesInWords(
  machines: Machines,
  nameOf: (instanceId: string) => string | undefined = () => undefined,
): string[] {
  return [...machines.running.values()].map((machine) => {
    const { privateIp, publicIp } = machine.addresses;
    const at = publicIp === undefined ? privateIp : `${privateIp} and ${publicIp}`;
    const stuck = machine.disk.builds.filter(
      ({ lifecycle, endsAt }) => lifecycle === 'running' && endsAt === undefined,
    );
    const name = nameOf(machine.instanceId);
    return `${name === undefined ? '' : `${name}: `}${machine.instanceId} at ${at}: application ${machine.app().state}, ${stuck.length} builds stuck`;
  });
}
