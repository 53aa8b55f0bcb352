import type { CommandDeps } from '../../src/commands/base/verb.ts';
import { dispatch } from '../../src/commands/dispatch.ts';
import type { CatalogueEntry } from '../../src/core/catalogue/entry.ts';
import { createBoard } from '../../src/core/doctor/line.ts';
import { SCOPES } from '../../src/core/doctor/scopes.ts';
import type { InstanceFacts } from '../../src/core/model/instance.ts';
import type { Person } from '../../src/core/model/person.ts';
import type { Target } from '../../src/core/model/target.ts';
import type { Ec2 } from '../../src/core/ports/ec2.ts';
import { noLog } from '../../src/core/ports/log.ts';
import type { Members } from '../../src/core/ports/members.ts';
import type { Vitals } from '../../src/core/ports/vitals.ts';
import { type HandClock, handClock } from '../hand-clock.ts';
import { type MemoryStore, memoryStore } from '../memory-store.ts';
import { target } from '../target.ts';
import { unaskedMachines } from '../unasked-machines.ts';
import { unaskedSsh } from '../unasked-ssh.ts';

export const NOW = Date.UTC(2026, 10, 23, 3, 14);
/** An operator of `prod` and of `lab`, one of `prod` alone, and somebody who is none. */
export const ANA: Person = { userId: 'UANA', teamId: 'T1' };
export const BEN: Person = { userId: 'UBEN', teamId: 'T1' };
export const CLEO: Person = { userId: 'UCLEO', teamId: 'T1' };

export const PROD = target('prod', { operators: ['SOPS', BEN.userId] });
export const LAB = target('lab', { region: 'us-east-1' });

export function entry(backupId: string, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    backupId,
    target: 'prod',
    imageId: `ami-${backupId}`,
    imageState: 'available',
    mode: 'live',
    outcome: 'complete',
    createdAt: NOW - 3_600_000,
    sourceInstanceId: MACHINE.instanceId,
    held: false,
    doubts: [],
    source: { securityGroupIds: [] },
    snapshots: {},
    ...more,
  };
}

export interface Scene {
  deps: CommandDeps;
  store: MemoryStore;
  clock: HandClock;
  /** What `deps.ec2(region).catalogue()` gives; an error is thrown. */
  catalogue: Map<string, CatalogueEntry[] | Error>;
  /** What commands that change something may do with EC2, beside reading the catalogue. */
  changes: Partial<Ec2>;
  /** Run ids the engine was asked to start; `engine.broken` makes it reject. */
  engine: { started: string[]; nudged: string[]; broken?: Error };
  /** Who Slack confirms; `unknown` for everybody when Slack cannot answer. */
  members: { operators: string[] } | 'unknown' | Error;
  /** What Slack says of the bot's own membership; `yes` for every other channel. */
  botIn: Map<string, 'no' | 'unknown'>;
  woken: number;
  /** Types a command; gives what its asker sees. */
  say(person: Person, text: string): ReturnType<typeof dispatch>;
}

/** A bot that lacks nothing. */
export const HEALTHY: Vitals = {
  settings: [],
  slack: async () => ({
    state: 'answers',
    scopes: SCOPES,
    connection: { ok: true, detail: 'connected' },
  }),
  freeBytes: async () => 1e12,
  clockAheadMs: async () => 100,
  ping: async () => 'reached',
  addresses: () => ['127.0.0.1'],
};

/** The commands with everything around them played by values. */
export function scene(targets: readonly Target[] = [PROD]): Scene {
  const store = memoryStore();
  const clock = handClock(NOW);
  let dice = 0;
  const members: Members = {
    peopleIn: async () => ['U1'],
    accountOf: async () => 'person',
    botIsIn: async (channel) => here.botIn.get(channel) ?? 'yes',
    async isOneOf(userId, ids) {
      if (here.members instanceof Error) throw here.members;
      if (ids.includes(userId)) return 'yes';
      if (here.members === 'unknown') return 'unknown';
      return ids.includes('SOPS') && here.members.operators.includes(userId) ? 'yes' : 'no';
    },
  };
  const here: Scene = {
    store,
    clock,
    catalogue: new Map(),
    changes: {},
    engine: { started: [], nudged: [] },
    members: { operators: [ANA.userId] },
    botIn: new Map(),
    woken: 0,
    say: (person, text) => dispatch({ person, channelId: 'C9', text }, here.deps),
    deps: {
      version: '0.1.0',
      targets,
      store,
      clock,
      timeLimit: () => new AbortController().signal,
      members,
      pings: false,
      vitals: HEALTHY,
      board: createBoard(),
      openMachine: unaskedSsh.openMachine,
      openRestic: unaskedSsh.openRestic,
      buildsApi: () => undefined,
      ec2: (region) => ({
        ...onlyCatalogue(region, () => here.catalogue.get(region) ?? []),
        ...here.changes,
      }),
      engine: {
        async start(_workflow, _input, runId) {
          if (here.engine.broken !== undefined) throw here.engine.broken;
          here.engine.started.push(runId);
          return `engine-${runId}`;
        },
        nudge: (runId) => void here.engine.nudged.push(runId),
      },
      notifier: {
        wake() {
          here.woken += 1;
        },
        emergency: () => undefined,
      },
      // Each draw differs from the one before.
      random: () => (dice++ % 31) / 31,
      digest: (text) => `digest of ${text}`,
      log: noLog,
      observe: () => undefined,
    },
  };
  return here;
}

/** The machine of every target, which the backups are of unless a test says otherwise. */
export const MACHINE: InstanceFacts = {
  instanceId: 'i-0a1b2c3d4e5f60718',
  name: 'circleci_services',
  state: 'running',
  type: 'm5.2xlarge',
  privateIp: '10.20.1.12',
  securityGroupIds: [],
  volumes: [{ volumeId: 'vol-0a1b2c3d4e5f60718', device: '/dev/sda1' }],
};

/** A scene in which EC2 shows a machine that runs. */
export function sceneWithMachine(targets?: readonly Target[]): Scene {
  const here = scene(targets);
  here.changes.findInstances = async () => [MACHINE];
  return here;
}

/** Commands only read; anything else they did with EC2 is a fault. */
function onlyCatalogue(region: string, read: () => CatalogueEntry[] | Error): Ec2 {
  const never = async () => {
    throw new Error('a command must not do this');
  };
  return {
    region,
    async catalogue() {
      const found = read();
      if (found instanceof Error) throw found;
      return found;
    },
    machines: unaskedMachines(),
    findInstances: async () => [MACHINE],
    someInstances: never,
    missingPermissions: never,
    createImage: never,
    addedBytes: never,
    tag: never,
    untag: never,
    taggedImages: never,
    taggedSnapshots: never,
    instancesFrom: never,
    deregister: never,
    deleteSnapshot: never,
    setDisabled: never,
    setProtected: never,
    watch: () => {
      throw new Error('a command must not do this');
    },
  };
}
