import { planDigest } from '../../src/core/approval/approval.ts';
import type { ImageStatus, SnapshotFacts } from '../../src/core/model/image.ts';
import type { InstanceFacts } from '../../src/core/model/instance.ts';
import type { Ec2, WatchEvent } from '../../src/core/ports/ec2.ts';
import { noLog } from '../../src/core/ports/log.ts';
import { noPing } from '../../src/core/ports/ping.ts';
import type { RunKind, RunView } from '../../src/core/run/run-view.ts';
import type { Lock } from '../../src/core/store/locks.ts';
import { BACKUP, type BackupInput } from '../../src/runs/backup.ts';
import { newBackupView } from '../../src/runs/backup-stages.ts';
import type { WorkflowContext } from '../../src/workflows/engine/definitions.ts';
import { StoppingError } from '../../src/workflows/run/interruptions.ts';
import { createRun, type Run } from '../../src/workflows/run/run.ts';
import type { Steps } from '../../src/workflows/run/stage.ts';
import { approval, BEN, plan } from '../core/approval/plans.ts';
import { type HandClock, handClock } from '../hand-clock.ts';
import { type MemoryStore, memoryStore } from '../memory-store.ts';
import { noMetrics } from '../no-metrics.ts';
import { unaskedMachines } from '../unasked-machines.ts';
import { unaskedSsh } from '../unasked-ssh.ts';

export const NOW = Date.UTC(2026, 10, 23, 3, 14);
export const RUN = 'bk-20261123-0314-x4qz';

export const input: BackupInput = {
  runId: RUN,
  target: 'prod',
  region: 'eu-west-1',
  instance: { by: 'tag', key: 'Name', value: 'circleci' },
  channel: 'C1',
  mode: 'live',
  requester: { userId: 'UANA', teamId: 'T1' },
  alert: ['UANA'],
  requestedAt: NOW,
  deadlineMs: 3_600_000,
};

const { runId, target, region, mode, requester, requestedAt } = input;
const asked = { runId, target, region, mode, requester, requestedAt };

export const machine: InstanceFacts = {
  instanceId: 'i-1',
  state: 'running',
  type: 'm5.2xlarge',
  privateIp: '10.0.0.1',
  securityGroupIds: [],
  volumes: [
    { volumeId: 'vol-1', device: '/dev/sda1' },
    { volumeId: 'vol-2', device: '/dev/sdb' },
  ],
};

/** The image of the run, with a snapshot of each of the machine's volumes. */
export function statusOf(imageState: string, ...states: Partial<SnapshotFacts>[]): ImageStatus {
  const snapshots = states.map((state, i) => ({
    snapshotId: `snap-${i + 1}`,
    volumeId: `vol-${i + 1}`,
    state: 'completed',
    progress: 100,
    volumeBytes: 1024 ** 3,
    ...state,
  }));
  return {
    image: {
      imageId: 'ami-1',
      name: 'circleci-backup/prod/x',
      state: imageState,
      tags: {},
      mappings: snapshots.map(({ snapshotId }, i) => ({ device: `/dev/sd${i}`, snapshotId })),
    },
    snapshots,
  };
}

export const lock: Lock = {
  target: 'prod',
  runId: RUN,
  requester: input.requester,
  since: NOW,
  workflow: BACKUP,
  input,
};

/** EC2 of which a test says what it answers; everything else is a fault. */
export function scriptedEc2(answers: Partial<Ec2>): Ec2 {
  const unexpected = (call: string) => async () => {
    throw new Error(`EC2 was not expected to be asked: ${call}`);
  };
  return {
    region: 'eu-west-1',
    machines: unaskedMachines(),
    findInstances: unexpected('findInstances'),
    someInstances: unexpected('someInstances'),
    missingPermissions: unexpected('missingPermissions'),
    createImage: unexpected('createImage'),
    watch: () => {
      throw new Error('EC2 was not expected to be asked: watch');
    },
    addedBytes: unexpected('addedBytes'),
    tag: unexpected('tag'),
    untag: unexpected('untag'),
    taggedImages: unexpected('taggedImages'),
    taggedSnapshots: unexpected('taggedSnapshots'),
    instancesFrom: unexpected('instancesFrom'),
    deregister: unexpected('deregister'),
    deleteSnapshot: unexpected('deleteSnapshot'),
    setDisabled: unexpected('setDisabled'),
    setProtected: unexpected('setProtected'),
    catalogue: unexpected('catalogue'),
    ...answers,
  };
}

export interface Scene {
  context: WorkflowContext;
  store: MemoryStore;
  clock: HandClock;
  /** The run's message as it is now. */
  view(): RunView;
  emergencies: string[];
  /** How often the outbox was woken. */
  wakes: { count: number };
  /** Ends all waits, as a stopping process does. */
  stopping: AbortController;
  canceling: AbortController;
}

/** A run that was just asked for, and what surrounds its workflow. */
export async function scene(ec2: Ec2 = scriptedEc2({})): Promise<Scene> {
  const store = memoryStore();
  const clock = handClock(NOW);
  const stopping = new AbortController();
  const canceling = new AbortController();
  const emergencies: string[] = [];
  const wakes = { count: 0 };
  await store.locks.acquire(lock);
  await store.messages.put(
    {
      id: `run/${RUN}`,
      channel: 'C1',
      broadcast: false,
      final: false,
      view: { kind: 'run', run: newBackupView(asked, { retention: false }) },
    },
    NOW,
  );
  return {
    store,
    clock,
    stopping,
    canceling,
    emergencies,
    wakes,
    view() {
      const message = store.sent.get(`run/${RUN}`);
      if (message?.view.kind !== 'run') throw new Error('there is no message of the run');
      return message.view.run;
    },
    context: {
      targets: [],
      clock,
      store,
      ec2: () => ec2,
      members: {
        isOneOf: async () => 'yes',
        peopleIn: async () => ['U1'],
        accountOf: async () => 'person',
        botIsIn: async () => 'yes',
      },
      digest: (text: string) => `digest of ${text}`,
      notifier: {
        wake() {
          // The outbox may look at once: what has no commit yet is not there for it, and nobody wakes it again.
          if (store.isOpen()) throw new Error('the outbox was woken before the commit');
          wakes.count += 1;
        },
        emergency: (_channel, _key, text) => void emergencies.push(text),
      },
      log: noLog,
      ...unaskedSsh,
      ping: noPing,
      metrics: noMetrics,
      isShared: false,
      startedAt: NOW,
      stopping: stopping.signal,
      cancelSignal: () => canceling.signal,
      nudged: async () => undefined,
      redact: (text: string) => text,
      observe: () => undefined,
    },
  };
}

/** The run of a scene as its parts take it. */
export function runIn(
  context: WorkflowContext,
  more: { runId?: string; verb?: string } = {},
): Run<WorkflowContext> {
  const facts = { runId: RUN, kind: 'restore', target: 'prod', region: 'eu-west-1', channel: 'C1' } as const;
  return createRun(context, atOnce, { ...facts, verb: 'restore', calls: ['UANA'], ...more }, { stages: [] });
}

/** Keeps an approved request of this run, and the first view of its message. */
export async function approved(
  here: Scene,
  action: RunKind,
  start: { workflow: string; input: unknown; view: RunView },
): Promise<void> {
  const message = here.store.sent.get(`run/${RUN}`);
  if (message === undefined) throw new Error('there is no message');
  await here.store.messages.put({ ...message, view: { kind: 'run', run: start.view } }, NOW);
  const planned = plan({ action, start });
  const votes = [{ person: BEN, vote: 'approve' as const, at: NOW }];
  const digest = planDigest(planned, here.context.digest);
  const one = approval({ runId: RUN, plan: planned, digest, state: 'approved', votes });
  await here.store.approvals.insert(RUN, one, false);
}

/** Steps that are kept by their names, as the engine keeps them; `dies` names one at which the process ends, once. */
export function keptSteps(dies?: string): Steps {
  const kept = new Map<string, unknown>();
  let isToDie = dies !== undefined;
  return {
    async run<T>({ name }: { name: string }, fn: () => Promise<T>): Promise<T> {
      if (kept.has(name)) return kept.get(name) as T;
      if (name === dies && isToDie) {
        isToDie = false;
        throw new StoppingError();
      }
      const value = await fn();
      kept.set(name, value);
      return value;
    },
  };
}

/** Steps that are run at once and remembered by nobody. */
export const atOnce: Steps = { run: (_config, fn) => fn() };

/** A watch that says what it is told to, one event after another, until it is aborted. */
export function scriptedWatch() {
  const events: WatchEvent[] = [];
  let wake = () => {};
  async function* watch(_runId: string, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    signal.addEventListener('abort', () => wake());
    while (!signal.aborted) {
      const event = events.shift();
      if (event !== undefined) yield event;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }
  return {
    watch,
    /** Says it, and lets everybody take it in. */
    async say(...said: WatchEvent[]) {
      events.push(...said);
      wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
