import type { Ec2Server } from './ec2/wire/server.ts';
import { type Installation, servicesMachine } from './installation.ts';
import type { PageExtra } from './page/server.ts';

/** What a person can let go wrong with EC2's machines, in the words of the page's drawer. */
export function machineFaults(ec2: Ec2Server, installation?: Installation): PageExtra[] {
  const services = () => servicesMachine(ec2, installation);
  const its = installation === undefined ? 'the' : `${installation}’s`;
  return [
    {
      id: 'lose-machine',
      label: `EC2: lose ${its} Services machine`,
      help: 'It is terminated, whatever its protection says. Time for /circleci-backup restore.',
      run: () => {
        const machine = services();
        if (machine !== undefined) ec2.terminateInstance(machine.instanceId);
      },
    },
    {
      id: 'no-capacity',
      label: 'EC2: no room for the machine’s type in its zone',
      help: 'A restore offers other types and zones. Press again to make room.',
      run: () => {
        if (ec2.noCapacity.size > 0) return ec2.noCapacity.clear();
        const { instanceType, zone } = services() ?? {
          instanceType: 'm5.2xlarge',
          zone: `${ec2.region}a`,
        };
        ec2.noCapacity.add(`${instanceType}/${zone}`);
      },
    },
    {
      id: 'lost-launch',
      label: 'EC2: lose the answer of the next launch',
      help: 'The machine is launched, but the bot never hears of it. It must not launch a second one.',
      run: () =>
        void ec2.faults.push({ action: 'RunInstances', kind: 'cut', applied: true, realCallsOnly: true }),
    },
    {
      id: 'impaired',
      label: 'EC2: let the next machine fail its checks',
      help: 'The restore waits, then stops with what it saw.',
      run: () => {
        ec2.nextLaunch = { checks: 'impaired' };
      },
    },
    {
      id: 'no-console',
      label: 'EC2: give the next machine no console',
      help: 'Nothing confirms its host key: the restore stops and shows the one it saw.',
      run: () => {
        ec2.nextLaunch = { console: 'missing' };
      },
    },
    {
      id: 'root-failed',
      label: 'EC2: let the next replacement of a root volume fail',
      help: 'The old root volume stays attached.',
      run: () => {
        ec2.nextReplacement = { ends: 'failed' };
      },
    },
  ];
}
