import {
  CreateReplaceRootVolumeTaskCommand,
  CreateTagsCommand,
  DescribeReplaceRootVolumeTasksCommand,
  type DescribeReplaceRootVolumeTasksCommandInput,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../../core/catalogue/tags.ts';
import type { RootTask } from '../../../core/model/machine-facts.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines, RootReplacement } from '../../../core/ports/ec2-machines.ts';
import type { Problem } from '../../../core/problems/problem.ts';
import { createTags } from '../requests.ts';
import type { MachineDeps } from './deps.ts';
import { keptRoot, rootTask } from './records.ts';
import { imageProblem, machineProblem, orProblem } from './refusals.ts';
import * as requests from './requests.ts';

type RootVolumes = Pick<Ec2Machines, 'replaceRoot' | 'replaceRootTask' | 'rootHistory'>;

/**
 * One task a client token: it is a tag of the task too, so that it is found by it however long ago it was made. The old
 * root volume gets its name before the task exists, so that no replaced volume is ever without one.
 */
export function createRootVolumes({ client, caller, allPages, clock }: MachineDeps): RootVolumes {
  async function tasks(
    input: DescribeReplaceRootVolumeTasksCommandInput,
    options: CallOptions,
  ): Promise<RootTask[]> {
    const pages = await allPages('DescribeReplaceRootVolumeTasks', options, (token, abortSignal) =>
      client.send(new DescribeReplaceRootVolumeTasksCommand({ ...input, MaxResults: 50, ...token }), {
        abortSignal,
      }),
    );
    return pages.flatMap((page) => page.ReplaceRootVolumeTasks ?? []).map(rootTask);
  }

  async function known(request: RootReplacement, options: CallOptions): Promise<string | undefined> {
    const Filters = [{ Name: 'instance-id', Values: [request.instanceId] }];
    const wanted = 'imageId' in request.source ? request.source.imageId : undefined;
    return (await tasks({ Filters }, options)).find(
      ({ tags, imageId }) => tags[TAG.token] === request.clientToken && imageId === wanted,
    )?.taskId;
  }

  return {
    async replaceRoot(request, options) {
      const made = await known(request, options);
      if (made !== undefined) return made;
      const name = createTags([request.oldRoot.volumeId], {
        ...requests.keptRootTags(request),
        [TAG.replacedAt]: new Date(clock.now()).toISOString(),
      });
      await caller.call(
        'CreateTags',
        (abortSignal) => client.send(new CreateTagsCommand(name), { abortSignal }),
        options,
      );
      const answer = await orProblem(
        () =>
          caller.call(
            'CreateReplaceRootVolumeTask',
            (abortSignal) =>
              client.send(new CreateReplaceRootVolumeTaskCommand(requests.replaceRoot(request)), {
                abortSignal,
              }),
            options,
          ),
        (code) => replacementProblem(code, request),
      );
      const taskId = answer.ReplaceRootVolumeTask?.ReplaceRootVolumeTaskId;
      if (taskId === undefined) throw new Error('CreateReplaceRootVolumeTask gave no task');
      return taskId;
    },
    async replaceRootTask(taskId, options) {
      return (await tasks({}, options)).find((task) => task.taskId === taskId);
    },
    async rootHistory(instanceId, options) {
      const input = requests.describeKeptRoots(instanceId);
      const pages = await allPages('DescribeVolumes', options, (token, abortSignal) =>
        client.send(new DescribeVolumesCommand({ ...input, MaxResults: 500, ...token }), { abortSignal }),
      );
      const kept = pages.flatMap((page) => page.Volumes ?? []).map(keptRoot);
      return kept.sort((a, b) => (b.replacedAt ?? 0) - (a.replacedAt ?? 0));
    },
  };
}

function replacementProblem(code: string, request: RootReplacement): Problem | undefined {
  const { source, instanceId, runId } = request;
  if (code === 'IdempotentParameterMismatch')
    return { code: 'idempotent-mismatch', action: 'CreateReplaceRootVolumeTask', runId };
  return (
    ('imageId' in source ? imageProblem(code, source.imageId) : undefined) ??
    machineProblem(code, instanceId, 'CreateReplaceRootVolumeTask')
  );
}
