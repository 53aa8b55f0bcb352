import { dialThrough } from '../../sandbox/machine/access/dial-through.ts';
import { fingerprint, hostKeyOf, newKeyPair } from '../../sandbox/machine/access/host-key.ts';
import { createMachines } from '../../sandbox/machine/machines.ts';
import { createNetwork } from '../../sandbox/machine/network.ts';
import { scaledClock } from '../../sandbox/scaled-clock.ts';
import { type Build, parseBuildUrls } from '../../src/core/cleanup/builds.ts';
import { noLog } from '../../src/core/ports/log.ts';
import type { SshConnection } from '../../src/core/ports/ssh.ts';
import { createOpenSsh } from '../../src/gateways/ssh/open-ssh.ts';

const AT = 'https://ci.acme-rail.example';
const PRIVATE_IP = '10.20.1.12';

export interface ConsoleTimes {
  loadMs: number;
  /** One form. */
  formMs: number;
}

export interface ConsoleWorld {
  builds: Build[];
  /** How many records are left. */
  left(): number;
  connect(): Promise<SshConnection>;
  close(): Promise<void>;
}

/** The sandbox's Services machine on the wall's clock, with so many builds that show "Running". */
export async function createConsoleWorld(size: number, times: ConsoleTimes): Promise<ConsoleWorld> {
  const urls = Array.from({ length: size }, (_, n) => `${AT}/gh/acme-rail/timetable/${1200 + n}`);
  const { builds } = parseBuildUrls(urls.join(' '), AT);
  const clock = scaledClock(1);
  const { privateKey, publicKey } = newKeyPair('bench');
  const machines = createMachines({
    clock,
    timing: { devConsole: times.loadMs, devConsoleForm: times.formMs },
    install: () => ({
      authorizedKey: publicKey,
      builds: builds.map((build) => ({
        ...build,
        branch: 'main',
        author: 'ana',
        subject: 'Change',
        lifecycle: 'running',
        status: 'running',
        queuedAt: 0,
        startedAt: 0,
      })),
    }),
  });
  const instanceId = 'i-0c94f2a8000000001';
  machines.hooks.booted({ instanceId, rootVolumeId: 'vol-0d17c6e9000000001', privateIp: PRIVATE_IP });
  const { disk } = machines.of(instanceId);
  const network = await createNetwork(machines, { clock });
  const openSsh = createOpenSsh({ dial: dialThrough(network.url), clock, log: noLog });
  return {
    builds,
    left: () => disk.builds.length,
    connect: () =>
      openSsh(
        {
          host: PRIVATE_IP,
          port: 22,
          user: 'ubuntu',
          privateKey,
          hostKeys: [fingerprint(hostKeyOf(disk).publicKey)],
        },
        { signal: new AbortController().signal, patienceMs: 0 },
      ),
    async close() {
      machines.close();
      await network.close();
    },
  };
}
