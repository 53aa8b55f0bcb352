import { type Installation, isOthers, servicesMachine } from './installation.ts';
import { machineFaults } from './machine-faults.ts';
import type { PageExtra } from './page/server.ts';
import { servicesFaults } from './services-faults.ts';
import type { World } from './world.ts';

/** What a person can let go wrong in the sandbox, in the words of the page's drawer. */
export function worldFaults(world: World, installation?: Installation): PageExtra[] {
  const { ec2, slack } = world;
  const its = installation === undefined ? 'the' : `${installation}’s`;
  return [
    {
      id: 'throttle',
      label: 'EC2: throttle the next 8 calls',
      help: 'EC2 answers RequestLimitExceeded; the run waits and goes on.',
      run: () => void ec2.faults.push({ action: '*', times: 8, kind: 'error', code: 'RequestLimitExceeded' }),
    },
    {
      id: 'lost-answer',
      label: 'EC2: lose the answer of the next CreateImage',
      help: 'The image is made, but the bot never hears of it. It must not make a second one.',
      run: () =>
        void ec2.faults.push({ action: 'CreateImage', kind: 'cut', applied: true, realCallsOnly: true }),
    },
    {
      id: 'fail-image',
      label: 'EC2: let the next image fail',
      help: 'The next backup fails half-way, with EC2’s reason.',
      run: () => {
        ec2.nextImage = { fail: 'Client.InternalError: the sandbox was asked for it', failAfter: 90_000 };
      },
    },
    {
      id: 'drop-volume',
      label: 'EC2: leave a volume out of the next image',
      help: 'The next backup is partial, and is called so.',
      run: () => {
        const [device] = [...ec2.volumes.values()].slice(-1).map((v) => v.attachedTo?.device ?? '/dev/sda1');
        ec2.nextImage = { dropVolumes: [device ?? '/dev/sda1'] };
      },
    },
    {
      id: 'deny',
      label: 'AWS: take away ec2:CreateImage',
      help: 'The next backup is refused before anything is made. Press again to give it back.',
      run: () => {
        if (!ec2.denied.delete('ec2:CreateImage')) ec2.denied.add('ec2:CreateImage');
      },
    },
    {
      id: 'credentials',
      label: 'AWS: let the credentials expire',
      help: 'The bot waits for new ones, and says so. Press again to renew them.',
      run: () => {
        ec2.credentials = ec2.credentials === 'valid' ? 'expired-token' : 'valid';
      },
    },
    {
      id: 'stop-machine',
      label: `EC2: stop or start ${its} Services machine`,
      help: 'A backup of a stopped machine is refused.',
      run: () => {
        const machine = servicesMachine(ec2, installation);
        if (machine === undefined) return;
        if (machine.state === 'running') ec2.stopInstance(machine.instanceId);
        else ec2.startInstance(machine.instanceId);
      },
    },
    ...machineFaults(ec2, installation),
    ...servicesFaults(world.machines, (instanceId) => isOthers(ec2, instanceId, installation)),
    {
      id: 'socket',
      label: 'Slack: cut the socket, refuse two reconnects',
      help: 'The bot connects again within seconds.',
      run: () => slack.dropSockets(2),
    },
    {
      id: 'rate',
      label: 'Slack: rate-limit the next edits',
      help: 'Slack answers 429; the progress pauses and then goes on.',
      run: () =>
        void slack.faults.push({ method: 'chat.update', kind: 'rate_limited', retryAfterSeconds: 60 }),
    },
  ];
}
