import { type BackupOrigin, imageName, imageTags, snapshotTags } from '../../core/catalogue/tags.ts';
import type { InstanceFacts } from '../../core/model/instance.ts';
import type { ImageRequest } from '../../core/ports/ec2.ts';
import type { BackupInput } from '../../runs/backup.ts';

/** The same request whenever it is built for a run: a repeated CreateImage must not differ from the first. */
export function imageRequest(input: BackupInput, machine: InstanceFacts): ImageRequest {
  const origin: BackupOrigin = {
    runId: input.runId,
    target: input.target,
    mode: input.mode,
    createdAt: input.requestedAt,
    requester: input.requester,
    note: input.note,
    hostname: input.hostname,
    instance: machine,
  };
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
