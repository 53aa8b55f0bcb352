import type { VolumeProof } from '../catalogue/proof.ts';
import type { ConsoleKeys } from '../model/host-keys.ts';
import type { ImageNeeds } from '../model/image.ts';
import type {
  AddressHolder,
  ElasticAddress,
  KeptRoot,
  MachineChecks,
  MachineFacts,
  MachineVolume,
  MetadataOptions,
  PlannedVolume,
  RootTask,
  Subnet,
  TaggedVolume,
} from '../model/machine-facts.ts';
import type { CallOptions } from './ec2-call.ts';

/** A machine to launch from a backup. There is no place for user data in it: that is never copied (DESIGN, promise 6). */
export interface LaunchRequest {
  runId: string;
  /** At most 64 ASCII characters, stored before the first call. Another type, subnet or address needs another one. */
  clientToken: string;
  imageId: string;
  type: string;
  subnetId: string;
  /** The subnet's zone, for the words of a refusal. */
  zone?: string;
  securityGroupIds: readonly string[];
  keyName?: string;
  profileArn?: string;
  /** Only where it is free: see `whoHas`. */
  privateIp?: string;
  /** Whether it gets a public address at launch; missing: as the subnet does by itself. */
  publicAddress?: boolean;
  /** Missing: the image's and the account's own defaults. */
  metadata?: MetadataOptions;
  ebsOptimized?: boolean;
  /** Only those are sent that the image would make otherwise. */
  volumes?: readonly PlannedVolume[];
  /** Of the instance, from `core/launch-tags`; the run's tag is added to these and the volumes' in any case. */
  tags: Record<string, string>;
  volumeTags: Record<string, string>;
}

/** With what a root volume is replaced. */
export type RootSource =
  /** A backup; same architecture and virtualization as the instance. */
  | { imageId: string }
  /** A snapshot that was taken of this very root volume. */
  | { snapshotId: string }
  /** A volume in the same zone that nobody has: a root that was kept is the way back. */
  | { volumeId: string };

export interface RootReplacement {
  runId: string;
  instanceId: string;
  source: RootSource;
  /** At most 64 ASCII characters, stored before the first call. */
  clientToken: string;
  /** The root volume as it is attached now, which is kept and found again by `rootHistory`. */
  oldRoot: { volumeId: string; name: string };
}

/** What a restore is about to call, so that dry runs can tell beforehand whether it may. What is left out is not asked. */
export interface MachinePlan {
  launch?: LaunchRequest;
  replaceRoot?: RootReplacement;
  /** The machine that will be fenced. */
  stop?: string;
  /** The Elastic IP that will move, and who has it now. */
  move?: { allocationId: string; instanceId: string };
}

/**
 * Machines of one region, for a restore. Every method rejects with `ProblemError` for what a person can understand and
 * mend, and each may be called again after a lost answer: what was done already is found, not done twice.
 *
 * The selector that finds the Services machine may be a tag. A machine that was just launched does not carry that tag's
 * value; at cut-over it goes from the old machine to the new one (`core/launch-tags`, with `Ec2.tag` and `Ec2.untag`).
 */
export interface Ec2Machines {
  /**
   * Launches the machine of this run, or adopts the one an earlier call made, which its client token tells. Gives its id, which
   * `machine` may not show for some seconds. Termination protection is on.
   * Problems: `no-capacity`, `type-not-offered`, `address-in-use`, `subnet-full`, `launch-quota`, `image-unavailable`,
   * `launch-part-gone`, `idempotent-mismatch`.
   */
  launch(request: LaunchRequest, options: CallOptions): Promise<string>;
  /** `undefined` where EC2 does not show it: it was just launched, or it ended more than about an hour ago. */
  machine(instanceId: string, options: CallOptions): Promise<MachineFacts | undefined>;
  /** Machines that this run launched, by EC2's client token; also those that ended, for about an hour. */
  machinesOf(runId: string, options: CallOptions): Promise<MachineFacts[]>;
  /** Machines that carry this run's tag and are not terminated, which anybody may have given to them. */
  machinesTagged(runId: string, options: CallOptions): Promise<MachineFacts[]>;
  /** One call, for asking again and again; `undefined` as for `machine`. */
  checks(instanceId: string, options: CallOptions): Promise<MachineChecks | undefined>;
  /** What the machine's console shows of its host keys, as new as EC2 has it. */
  consoleKeys(instanceId: string, options: CallOptions): Promise<ConsoleKeys>;
  /** Asks for the stop; it has stopped when its state says so. Problems: `machine-gone`, `machine-protected`, `machine-busy`. */
  stop(instanceId: string, options: CallOptions): Promise<void>;
  /** Asks for the start. Problems: `machine-gone`, `machine-busy`, `start-no-capacity`. */
  start(instanceId: string, options: CallOptions): Promise<void>;
  /**
   * Lifts the protection and terminates, but only what `launch` made for this run: else `machine-not-ours`. Where EC2
   * refuses the second half the protection is put back, or the problem is `machine-unprotected`. Done when the machine is
   * gone already. Its volumes stay where the image says so: `volumesOf` and `deleteVolume`.
   */
  terminate(instanceId: string, ofRun: string, options: CallOptions): Promise<void>;
  /** The volumes that are attached to a machine. */
  volumesAt(instanceId: string, options: CallOptions): Promise<MachineVolume[]>;
  /** Volumes that carry this run's tag, attached or not. */
  volumesOf(runId: string, options: CallOptions): Promise<TaggedVolume[]>;
  /** Deletes a volume that is proven to be of a run's launch, and free; done when it is gone. Problems: `volume-not-ours`. */
  deleteVolume(volumeId: string, proof: VolumeProof, options: CallOptions): Promise<void>;
  /** Who has this private address; `undefined`: it is free. A stopped machine keeps its own. */
  whoHas(privateIp: string, subnetId: string, options: CallOptions): Promise<AddressHolder | undefined>;
  /** By zone, then by free addresses, most first. */
  subnetsOf(vpcId: string, options: CallOptions): Promise<Subnet[]>;
  subnet(subnetId: string, options: CallOptions): Promise<Subnet | undefined>;
  /** Those of the types that this zone offers, in the order given. It says nothing about free capacity. */
  typesIn(zone: string, types: readonly string[], options: CallOptions): Promise<string[]>;
  /**
   * Why the image cannot run on some of the types, a clause by type; those that are not in it can, as far as EC2 tells.
   * Rejects where EC2 does not let the bot ask.
   */
  unfitTypes(
    types: readonly string[],
    image: ImageNeeds & { volumes: number },
    options: CallOptions,
  ): Promise<Map<string, string>>;
  elasticAddresses(options: CallOptions): Promise<ElasticAddress[]>;
  address(allocationId: string, options: CallOptions): Promise<ElasticAddress | undefined>;
  /**
   * Gives the Elastic IP to the instance, and its association id; nothing is done when the instance has it.
   * `allowReassociation` takes it from its holder: true at cut-over and its undoing only. Problems:
   * `elastic-address-taken`, `elastic-address-gone`, `machine-gone`.
   */
  moveAddress(
    move: { allocationId: string; instanceId: string; allowReassociation: boolean },
    options: CallOptions,
  ): Promise<string>;
  /** Takes the Elastic IP from this instance and leaves it to nobody; nothing is done when another has it. */
  freeAddress(from: { allocationId: string; instanceId: string }, options: CallOptions): Promise<void>;
  /**
   * Names the old root volume by tags, then replaces it while the machine runs (it reboots); the old volume stays.
   * Gives the task's id, the same one when called again. Problems: `machine-gone`, `machine-busy`, `image-unavailable`.
   */
  replaceRoot(request: RootReplacement, options: CallOptions): Promise<string>;
  /** `undefined` while EC2 does not show it. */
  replaceRootTask(taskId: string, options: CallOptions): Promise<RootTask | undefined>;
  /** Former root volumes of this instance, newest replacement first; `available` ones can be gone back to. */
  rootHistory(instanceId: string, options: CallOptions): Promise<KeptRoot[]>;
  /**
   * IAM actions the bot lacks for this plan, found by dry runs, e.g. `ec2:RunInstances`; rejects with the launch's own
   * problem where EC2 already refuses it for another reason. Terminating and deleting are not asked about: EC2 allows
   * them by the tags of what does not exist yet.
   */
  missingMachinePermissions(plan: MachinePlan, options: CallOptions): Promise<string[]>;
}
