import {
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  type DescribeVolumesCommandInput,
} from '@aws-sdk/client-ec2';
import { volumeDoubt } from '../../../core/catalogue/proof.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines } from '../../../core/ports/ec2-machines.ts';
import { ProblemError } from '../../../core/problems/problem.ts';
import { codeOf } from '../calls.ts';
import type { MachineDeps } from './deps.ts';
import { machineVolume, taggedVolume } from './records.ts';
import * as requests from './requests.ts';

/** The volumes of a machine, and those that a launch made, which may outlive theirs. */
export function createRunVolumes({
  client,
  caller,
  allPages,
}: MachineDeps): Pick<Ec2Machines, 'volumesAt' | 'volumesOf' | 'deleteVolume'> {
  async function records(input: DescribeVolumesCommandInput, options: CallOptions) {
    const pages = await allPages('DescribeVolumes', options, (token, abortSignal) =>
      client.send(new DescribeVolumesCommand({ ...input, MaxResults: 500, ...token }), { abortSignal }),
    );
    return pages.flatMap((page) => page.Volumes ?? []);
  }

  const volumes = async (input: DescribeVolumesCommandInput, options: CallOptions) =>
    (await records(input, options)).map(taggedVolume);

  return {
    async volumesAt(instanceId, options) {
      const input = { Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] };
      return (await records(input, options)).map(machineVolume);
    },
    volumesOf: (runId, options) => volumes(requests.describeVolumesOfRun(runId), options),
    async deleteVolume(volumeId, proof, options) {
      const [found] = await volumes({ Filters: [{ Name: 'volume-id', Values: [volumeId] }] }, options);
      if (found === undefined) return;
      const why = volumeDoubt(found, proof);
      if (why !== undefined)
        throw new ProblemError({ code: 'volume-not-ours', volumeId, runId: proof.runId, why });
      try {
        await caller.call(
          'DeleteVolume',
          (abortSignal) => client.send(new DeleteVolumeCommand({ VolumeId: volumeId }), { abortSignal }),
          options,
        );
      } catch (error) {
        if (codeOf(error) !== 'InvalidVolume.NotFound') throw error;
      }
    },
  };
}
