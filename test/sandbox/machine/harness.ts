import { type Duplex, Readable } from 'node:stream';
import { NodeSSH } from 'node-ssh';
import { dialThrough } from '../../../sandbox/machine/access/dial-through.ts';
import { fingerprint, newKeyPair } from '../../../sandbox/machine/access/host-key.ts';
import { inventedBuilds } from '../../../sandbox/machine/circleci/build-record.ts';
import type { DiskOptions } from '../../../sandbox/machine/disk/disk.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import { createMachines, type Machines } from '../../../sandbox/machine/machines.ts';
import { createNetwork } from '../../../sandbox/machine/network.ts';
import type { SshAddress } from '../../../src/core/model/ssh-access.ts';
import type { Clock } from '../../../src/core/ports/clock.ts';
import { type JumpingClock, jumpingClock } from './jumping-clock.ts';

const PROD = {
  instanceId: 'i-0c94f2a8000000001',
  rootVolumeId: 'vol-0d17c6e9000000001',
  privateIp: '10.20.1.12',
  publicIp: '203.0.113.40',
};
/** Who may log in. */
const KEY = newKeyPair('sandbox');

export interface LoggedIn {
  ssh: NodeSSH;
  /** The fingerprint the machine showed. */
  shown: string;
}

export interface MachineWorld<C extends Clock = JumpingClock> {
  clock: C;
  machines: Machines;
  /** The standard install, running. */
  prod: Machine;
  /** Of `prod`, for the bot's own SSH. */
  address: SshAddress;
  dial(host: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  logIn(host: string, more?: { user?: string; privateKey?: string }): Promise<LoggedIn>;
  /** Runs a command on `prod`, or on the machine at `host`; a login a command. */
  run(
    command: string,
    stdin?: string,
    host?: string,
  ): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Makes an image of `prod` and launches a machine from it at other addresses. */
  restored(): Machine;
  close(): Promise<void>;
}

export const RESTORED = {
  instanceId: 'i-0c94f2a8000000002',
  rootVolumeId: 'vol-0d17c6e9000000002',
  privateIp: '10.20.1.99',
  publicIp: '203.0.113.77',
};

export function machineWorld(install?: Partial<DiskOptions>): Promise<MachineWorld>;
export function machineWorld<C extends Clock>(
  install: Partial<DiskOptions>,
  clock: C,
): Promise<MachineWorld<C>>;
export async function machineWorld(
  install: Partial<DiskOptions> = {},
  clock: Clock = jumpingClock(),
): Promise<MachineWorld<Clock>> {
  const machines = createMachines({
    clock,
    install: () => ({ authorizedKey: KEY.publicKey, builds: inventedBuilds(clock.now()), ...install }),
  });
  machines.hooks.booted(PROD);
  const network = await createNetwork(machines, { clock });
  const through = dialThrough(network.url);
  const open: NodeSSH[] = [];
  const dial = (host: string, port: number, signal = AbortSignal.timeout(30_000)) =>
    through(host, port, signal);

  async function logIn(host: string, more: { user?: string; privateKey?: string } = {}): Promise<LoggedIn> {
    const ssh = new NodeSSH();
    let shown = '';
    await ssh.connect({
      sock: (await dial(host, 22)) as never,
      username: more.user ?? 'ubuntu',
      privateKey: more.privateKey ?? KEY.privateKey,
      hostVerifier: (blob: Buffer) => {
        shown = fingerprint(`ssh-ed25519 ${blob.toString('base64')}`);
        return true;
      },
    });
    // Without a listener a connection that is cut would end the process.
    ssh.connection?.on('error', () => undefined);
    open.push(ssh);
    return { ssh, shown };
  }

  const prod = machines.of(PROD.instanceId);
  return {
    clock,
    machines,
    prod,
    address: {
      host: PROD.privateIp,
      port: 22,
      user: 'ubuntu',
      privateKey: KEY.privateKey,
      hostKeys: [prod.hostKey],
    },
    dial,
    logIn,
    async run(command, stdin, host = PROD.privateIp) {
      const { ssh } = await logIn(host);
      const result = await ssh.execCommand(command, {
        noTrim: true,
        encoding: 'latin1',
        ...(stdin !== undefined && { stdin: Readable.from([Buffer.from(stdin, 'latin1')]) }),
      });
      ssh.dispose();
      return { code: result.code ?? -1, stdout: result.stdout, stderr: result.stderr };
    },
    restored() {
      machines.hooks.snapshotStarted('snap-0b62e1f4000000001', PROD.rootVolumeId);
      machines.hooks.volumeFilled(RESTORED.rootVolumeId, 'snap-0b62e1f4000000001');
      machines.hooks.booted(RESTORED);
      return machines.of(RESTORED.instanceId);
    },
    async close() {
      for (const ssh of open) ssh.dispose();
      machines.close();
      await network.close();
    },
  };
}
