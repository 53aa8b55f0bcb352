import { isStarted, isStopped } from '../../src/core/model/app-status.ts';
import { trustOfConsole } from '../../src/core/model/host-keys.ts';
import { checksPassed } from '../../src/core/model/machine-facts.ts';
import type { Clock } from '../../src/core/ports/clock.ts';
import type { Ec2 } from '../../src/core/ports/ec2.ts';
import type { CallOptions } from '../../src/core/ports/ec2-call.ts';
import type { OpenServicesMachine } from '../../src/core/ports/services-machine.ts';
import type { ProbeWeb } from '../../src/core/ports/web-probe.ts';
import { rewriteAddresses } from '../../src/core/restore/rewrite-addresses.ts';

export interface ScriptDeps {
  clock: Clock;
  ec2: Ec2;
  openMachine: OpenServicesMachine;
  probeWeb: ProbeWeb;
  privateKey: string;
}

export interface ScriptInput {
  oldId: string;
  imageId: string;
  host: string;
  /** Between two looks, in ms of the clock: so little that what it finds late is nothing. */
  lookMs: number;
}

const RUN = 'rs-20260101-0000-base';

/**
 * The document's steps as a script would do them that knows everything beforehand: no plan, no approval, no database, no
 * messages, and it looks at what it waits for all the time. What it takes is what EC2, SSH and the application take.
 */
export async function restoreByScript(
  deps: ScriptDeps,
  { oldId, imageId, host, lookMs }: ScriptInput,
): Promise<void> {
  const { clock, ec2, openMachine, probeWeb, privateKey } = deps;
  const { machines } = ec2;
  const { signal } = new AbortController();
  const options: CallOptions = { signal, patienceMs: 60_000 };
  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      await clock.sleep(lookMs);
    }
  };

  const old = await machines.machine(oldId, options);
  const id = await machines.launch(
    {
      runId: RUN,
      clientToken: RUN,
      imageId,
      type: old?.type ?? '',
      subnetId: old?.subnetId ?? '',
      securityGroupIds: old?.securityGroupIds ?? [],
      tags: {},
      volumeTags: {},
    },
    options,
  );
  const ip = await until(async () => {
    const machine = await machines.machine(id, options);
    return machine?.state === 'running' ? machine.privateIp : undefined;
  });
  await until(async () => {
    const checks = await machines.checks(id, options);
    return checks !== undefined && checksPassed(checks) ? true : undefined;
  });
  const keys = await until(async () => {
    const { hostKeys } = trustOfConsole(await machines.consoleKeys(id, options));
    return hostKeys.length > 0 ? hostKeys : undefined;
  });
  const at = { host: ip, port: 22, user: 'ubuntu', privateKey, hostKeys: keys };
  const machine = await openMachine(at, { signal, patienceMs: 600_000 });
  try {
    await until(async () => ((await machine.appStatus()) === undefined ? undefined : true));
    await machine.stopApp();
    await until(async () => (isStopped(await machine.appStatus()) ? true : undefined));
    for (const { path, text } of await machine.replicatedFiles(RUN)) {
      const { text: after } = rewriteAddresses(text, [{ from: old?.privateIp ?? '', to: ip }]);
      await machine.rewrite(path, text, after, RUN);
    }
    await machine.mentions([old?.privateIp ?? '']);
    await machine.lookAtData([], { sizes: false });
    await machine.removeNomad();
    await machine.restartServices();
    await until(async () => ((await machine.systemReady()) ? true : undefined));
    await machine.startApp();
    await until(async () => (isStarted(await machine.appStatus()) ? true : undefined));
    await machine.localAddress();
  } finally {
    machine.close();
  }
  for (const port of [443, 8800]) {
    await until(async () => {
      const answer = await probeWeb(
        { ip, port, scheme: 'https', host, path: '/' },
        { signal, timeoutMs: 5_000 },
      );
      return answer.answered && answer.status < 500 ? true : undefined;
    });
  }
  await machines.stop(oldId, options);
  await until(async () => ((await machines.machine(oldId, options))?.state === 'stopped' ? true : undefined));
}
