import {
  type BackupOrigin,
  imageTags,
  leftOutOfImage,
  snapshotTags,
} from '../../core/catalogue/backup-tags.ts';
import { imageName } from '../../core/catalogue/tags.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { ImageRequest } from '../../core/ports/ec2.ts';
import { listInWords } from '../../core/text/words.ts';
import type { BackupInput } from '../../runs/backup.ts';

/** The same request whenever it is built for a run: a repeated CreateImage must not differ from the first. */
export function imageRequest(input: BackupInput, machine: InstanceFacts): ImageRequest {
  const origin = originOf(input, machine);
  return {
    runId: input.runId,
    name: imageName(input.target, input.runId),
    description: `circleci-backup of ${input.target} (${machine.instanceId}), ${input.mode}`,
    instanceId: machine.instanceId,
    reboot: input.mode === 'reboot',
    imageTags: imageTags(origin),
    snapshotTags: snapshotTags(origin),
  };
}

/** A clause where something of the machine is not in the image's tags, because EC2 allows 50; else empty. */
export function withoutRoom(input: BackupInput, machine: InstanceFacts): string {
  const left = leftOutOfImage(originOf(input, machine));
  return left.length === 0 ? '' : `, without the tags ${listInWords(left)}: EC2 allows 50`;
}

function originOf(input: BackupInput, machine: InstanceFacts): BackupOrigin {
  return {
    runId: input.runId,
    target: input.target,
    mode: input.mode,
    createdAt: input.requestedAt,
    requester: input.requester,
    note: input.note,
    hostname: input.hostname,
    instance: machine,
    extraTags: input.extraTags,
  };
}
