import { datastoreHost, partsOf } from '../../core/datastores/dumps.ts';
import {
  hostInWords,
  partsInOrder,
  type RestoredPart,
  type RestoredStore,
  serverInWords,
} from '../../core/datastores/restore-order.ts';
import type { HostedStore } from '../../core/model/datastore.ts';
import { trustOf } from '../../core/model/host-keys.ts';
import type { FilesSnapshot, ResticAccess } from '../../core/model/restic.ts';
import { type SshAddress, sshAddress } from '../../core/model/ssh-access.ts';
import type { Target } from '../../core/model/target.ts';
import { ProblemError } from '../../core/problems/problem.ts';
import { provenMachine } from '../../runs/find-machine.ts';
import { readingOptions } from '../base/call-options.ts';
import type { Needs } from '../base/verb.ts';

/** A person waits for the plan. */
const LOOK_LIMIT_MS = 60_000;

type Deps = Needs<'ec2' | 'store' | 'openRestic' | 'timeLimit'>;

/** What a backup has of a store, as its host's restic says now. */
export async function findParts(
  target: Target,
  store: HostedStore,
  backupId: string,
  access: ResticAccess,
  deps: Deps,
): Promise<RestoredStore> {
  const at = store.at ?? (await servicesMachine(target, deps));
  const options = { signal: deps.timeLimit(LOOK_LIMIT_MS), patienceMs: 0 };
  const restic = await deps.openRestic(at, access, options);
  try {
    await restic.version();
    const snapshots = await restic.snapshots(datastoreHost(target.name, store), backupId);
    return restoredStore(store, snapshots);
  } finally {
    restic.close();
  }
}

/** Pairs what is configured with what is there. */
export function restoredStore(store: HostedStore, snapshots: readonly FilesSnapshot[]): RestoredStore {
  const parts: RestoredPart[] = [];
  const missing: string[] = [];
  for (const part of partsOf(store)) {
    // A folder that is a link was backed up by its own name.
    const found =
      part.form === 'folder'
        ? snapshots[0]
        : snapshots.find(({ paths, files }) => paths.includes(`/${part.file}`) && files !== undefined);
    const { what } = part;
    if (found === undefined) missing.push(`${what} of ${store.name}`);
    else {
      const { id: snapshotId, at, bytes = 0 } = found;
      const common = { what, snapshotId, at, bytes };
      parts.push(
        part.form === 'folder'
          ? { ...common, form: part.form, folder: found.paths[0] ?? part.folder }
          : {
              ...common,
              form: part.form,
              file: part.file,
              ...(part.database === undefined ? {} : { database: part.database }),
            },
      );
    }
  }
  const host = hostInWords(store);
  const server = serverInWords(store);
  return {
    name: store.name,
    kind: store.kind,
    ...(host === undefined ? {} : { host }),
    ...(store.at === undefined ? {} : { hostKeys: [...store.at.hostKeys] }),
    ...(server === undefined ? {} : { server }),
    parts: partsInOrder(parts),
    missing,
  };
}

async function servicesMachine(target: Target, deps: Needs<'ec2' | 'store'>): Promise<SshAddress> {
  const { ssh, name, region, instance } = target;
  if (ssh === undefined) throw new ProblemError({ code: 'restore-ssh-unset', target: name });
  const call = readingOptions();
  const machine = await provenMachine(deps, { target: name, region, instance }, call);
  const { instanceId } = machine;
  const host = ssh.address === 'public' ? machine.publicIp : machine.privateIp;
  if (host === undefined)
    throw new ProblemError({ code: 'restore-address-missing', instanceId, kind: ssh.address });
  const known = (await deps.store.hosts.get(instanceId))?.value;
  const trust = await trustOf(ssh.hostKeys, known, () =>
    deps.ec2(region).machines.consoleKeys(instanceId, call),
  );
  return sshAddress(ssh, host, trust.hostKeys);
}
