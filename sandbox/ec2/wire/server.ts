import type { Clock } from '../../../src/core/ports/clock.ts';
import { alarm } from '../alarm.ts';
import type { DatabaseRecord, DatabaseSnapshot } from '../databases/database-state.ts';
import { idCounter } from '../ids.ts';
import { completeSnapshot, errorSnapshot, failImage } from '../images/image-state.ts';
import { settle } from '../images/progress.ts';
import {
  addInstance,
  type NewInstance,
  startInstance,
  stopInstance,
  terminateInstance,
} from '../instances/instances.ts';
import {
  type AddressRecord,
  type InterfaceRecord,
  MACHINE_SECONDS,
  type MachineSeconds,
  type NextLaunch,
  type NextReplacement,
  type SubnetRecord,
  type TaskRecord,
} from '../instances/machine-state.ts';
import { type MachineHooks, noMachines } from '../instances/machines.ts';
import { addAddress, type NewAddress } from '../network/addresses.ts';
import { standardSubnets } from '../network/subnets.ts';
import type {
  Ec2Change,
  ImageRecord,
  InstanceRecord,
  NextImage,
  SnapshotRecord,
  State,
  VolumeRecord,
} from '../state.ts';
import { type AnswerRequest, answering } from './answer.ts';
import type { Ec2Fault } from './faults.ts';
import type { Credentials } from './gate.ts';
import type { Ec2Call } from './journal.ts';
import { listen } from './listen.ts';
import { signedFor } from './scope.ts';
import { type Rates, throttle } from './throttle.ts';

export interface Ec2Options {
  clock: Clock;
  /** Default: any free one. */
  port?: number;
  region?: string;
  /** Other regions of the account behind the same address: who answers a request follows from its signature. */
  elsewhere?: readonly Ec2Server[];
  /** How long a snapshot takes on the clock, in seconds: `min` for nothing to copy, `max` for a volume full of changes. */
  snapshotSeconds?: { min: number; max: number };
  /** Caps MaxResults (blocks of EBS: at 100 or more), so that callers have to page. */
  pageSize?: number;
  machineSeconds?: Partial<MachineSeconds>;
  /** What is behind the instances. */
  machines?: MachineHooks;
  /** Calls that may be made of each action; false (the default): as many as one likes. */
  rates?: Rates | false;
}

/** EC2, the EBS direct APIs and the snapshots of RDS, of one account and region, at the wire. */
export interface Ec2Server {
  readonly url: string;
  readonly region: string;
  /** Answers a request that came in at another region's address. */
  readonly answer: AnswerRequest;
  /** Live records by id, to read and to change. */
  readonly instances: Map<string, InstanceRecord>;
  readonly volumes: Map<string, VolumeRecord>;
  readonly images: Map<string, ImageRecord>;
  readonly snapshots: Map<string, SnapshotRecord>;
  readonly subnets: Map<string, SubnetRecord>;
  readonly addresses: Map<string, AddressRecord>;
  /** Network interfaces that belong to no instance. */
  readonly interfaces: Map<string, InterfaceRecord>;
  /** Replacements of root volumes. */
  readonly tasks: Map<string, TaskRecord>;
  /** What client tokens were used for; cleared, as EC2 does with old ones, they mean nothing any more. */
  readonly tokens: Map<string, unknown>;
  /** Instances of RDS by their identifiers, and their snapshots. */
  readonly databases: Map<string, DatabaseRecord>;
  readonly databaseSnapshots: Map<string, DatabaseSnapshot>;
  readonly keyPairs: Set<string>;
  readonly securityGroups: Set<string>;
  /** `TYPE`, `TYPE/ZONE`, `ZONE` or `*`: AWS has none of these free. */
  readonly noCapacity: Set<string>;
  /** `TYPE` or `TYPE/ZONE`: AWS does not offer these. */
  readonly notOffered: Set<string>;
  /** The code with which a limit of the account refuses a launch, e.g. `VcpuLimitExceeded`. */
  launchLimit: string | undefined;
  /** How the next launch and the next replacement of a root go; each is used up by it. */
  nextLaunch: NextLaunch | undefined;
  nextReplacement: NextReplacement | undefined;
  /** IAM actions without permission, e.g. `ec2:CreateImage`, `ebs:ListChangedBlocks`. */
  readonly denied: Set<string>;
  credentials: Credentials;
  /** Used up in order. */
  readonly faults: Ec2Fault[];
  /** How the next image goes; used up by it. */
  nextImage: NextImage | undefined;
  readonly calls: Ec2Call[];
  /** How many calls of an action there were, dry runs not counted. */
  count(action: string): number;
  addInstance(given?: NewInstance): InstanceRecord;
  /** An Elastic IP. */
  addAddress(given?: NewAddress): AddressRecord;
  terminateInstance(instanceId: string): void;
  stopInstance(instanceId: string): void;
  startInstance(instanceId: string): void;
  failImage(imageId: string, reason: string): void;
  errorSnapshot(snapshotId: string, message: string): void;
  /** Ends the waiting for an image: its snapshots are complete and it is available. */
  completeImage(imageId: string): void;
  /** For `forMs` of the clock the resource is not found and not listed. */
  hide(resourceId: string, forMs: number): void;
  /** Calls the listener for each change; the function given back ends that. */
  onChange(listener: (change: Ec2Change) => void): () => void;
  close(): Promise<void>;
}

export async function createEc2Server(options: Ec2Options): Promise<Ec2Server> {
  const { clock } = options;
  const listeners = new Set<(change: Ec2Change) => void>();
  const region = options.region ?? 'eu-west-1';
  const state: State = {
    clock,
    region,
    accountId: '123456789012',
    snapshotSeconds: options.snapshotSeconds ?? { min: 60, max: 900 },
    pageSize: options.pageSize ?? Infinity,
    nextId: idCounter(region),
    instances: new Map(),
    volumes: new Map(),
    images: new Map(),
    snapshots: new Map(),
    deregistered: new Set(),
    hiddenUntil: new Map(),
    nextImage: undefined,
    databases: new Map(),
    databaseSnapshots: new Map(),
    denied: new Set(),
    machines: options.machines ?? noMachines,
    machineSeconds: { ...MACHINE_SECONDS, ...options.machineSeconds },
    subnets: new Map(standardSubnets(region).map((subnet) => [subnet.subnetId, subnet])),
    addresses: new Map(),
    moves: 0,
    interfaces: new Map(),
    tasks: new Map(),
    keyPairs: new Set(['circleci']),
    securityGroups: new Set(),
    tokens: new Map(),
    noCapacity: new Set(),
    notOffered: new Set(),
    launchLimit: undefined,
    nextLaunch: undefined,
    nextReplacement: undefined,
    changed: (noun, id, what) => {
      for (const listener of listeners) listener({ noun, id, what });
    },
  };
  const granted = options.rates ? throttle(clock, options.rates) : () => true;
  const bell = alarm(state);
  const faults: Ec2Fault[] = [];
  const calls: Ec2Call[] = [];
  let credentials: Credentials = 'valid';

  /** The state as it is now, with the bell set for whatever a change brings about. */
  function change<T>(act: () => T): T {
    settle(state);
    const result = act();
    settle(state);
    bell.set();
    return result;
  }

  const answer = answering({ state, faults, calls, granted, change, credentials: () => credentials });
  const wire = await listen(options.port ?? 0, (request, response) => {
    const other = options.elsewhere?.find((one) => one.region === signedFor(request));
    return (other?.answer ?? answer)(request, response);
  });
  const settled = <T>(records: Map<string, T>) => {
    settle(state);
    return records;
  };

  return {
    url: wire.url,
    region: state.region,
    answer,
    get instances() {
      return settled(state.instances);
    },
    get volumes() {
      return settled(state.volumes);
    },
    get images() {
      return settled(state.images);
    },
    get snapshots() {
      return settled(state.snapshots);
    },
    subnets: state.subnets,
    addresses: state.addresses,
    interfaces: state.interfaces,
    get tasks() {
      return settled(state.tasks);
    },
    tokens: state.tokens,
    databases: state.databases,
    databaseSnapshots: state.databaseSnapshots,
    keyPairs: state.keyPairs,
    securityGroups: state.securityGroups,
    noCapacity: state.noCapacity,
    notOffered: state.notOffered,
    get launchLimit() {
      return state.launchLimit;
    },
    set launchLimit(value) {
      state.launchLimit = value;
    },
    get nextLaunch() {
      return state.nextLaunch;
    },
    set nextLaunch(value) {
      state.nextLaunch = value;
    },
    get nextReplacement() {
      return state.nextReplacement;
    },
    set nextReplacement(value) {
      state.nextReplacement = value;
    },
    denied: state.denied,
    get credentials() {
      return credentials;
    },
    set credentials(value) {
      credentials = value;
    },
    faults,
    get nextImage() {
      return state.nextImage;
    },
    set nextImage(value) {
      state.nextImage = value;
    },
    calls,
    count: (action) => calls.filter((call) => call.action === action && !call.dryRun).length,
    addInstance: (given = {}) => change(() => addInstance(state, given)),
    addAddress: (given = {}) => change(() => addAddress(state, given)),
    terminateInstance: (id) => change(() => terminateInstance(state, known(state.instances, id))),
    stopInstance: (id) => change(() => stopInstance(state, known(state.instances, id))),
    startInstance: (id) => change(() => startInstance(state, known(state.instances, id))),
    failImage: (id, reason) => change(() => failImage(state, known(state.images, id), reason)),
    errorSnapshot: (id, message) => change(() => errorSnapshot(state, known(state.snapshots, id), message)),
    completeImage: (id) => change(() => completeImage(state, known(state.images, id))),
    hide: (id, forMs) => void state.hiddenUntil.set(id, clock.now() + forMs),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      bell.stop();
      await wire.close();
    },
  };
}

function completeImage(state: State, image: ImageRecord) {
  for (const { snapshotId } of image.mappings) {
    const snapshot = state.snapshots.get(snapshotId);
    if (snapshot?.state === 'pending') completeSnapshot(state, snapshot, state.clock.now());
  }
  image.state = 'available';
  state.changed('image', image.imageId, 'available');
}

function known<T>(records: Map<string, T>, id: string): T {
  const record = records.get(id);
  if (record === undefined) throw new Error(`The sandbox has no ${id}`);
  return record;
}
