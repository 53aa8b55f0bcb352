import {
  AssociateAddressCommand,
  CreateReplaceRootVolumeTaskCommand,
  CreateTagsCommand,
  DescribeAddressesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeReplaceRootVolumeTasksCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  GetConsoleOutputCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { TAG } from '../../../core/catalogue/tags.ts';
import type { CallOptions } from '../../../core/ports/ec2-call.ts';
import type { Ec2Machines, LaunchRequest, RootReplacement } from '../../../core/ports/ec2-machines.ts';
import { denied } from '../permissions.ts';
import { createTags } from '../requests.ts';
import type { MachineDeps } from './deps.ts';
import { imageProblem, launchProblem, machineProblem, orProblem } from './refusals.ts';
import * as requests from './requests.ts';

const DryRun = true;

/** Asks by dry runs, one after the other: they share EC2's patience with all the rest of the account. */
export function createMachinePermissions({
  client,
  caller,
}: MachineDeps): Pick<Ec2Machines, 'missingMachinePermissions'> {
  type Send = (abortSignal: AbortSignal) => Promise<unknown>;

  async function lacking(options: CallOptions, asked: [action: string, send: Send][]): Promise<string[]> {
    const missing: string[] = [];
    for (const [action, send] of asked)
      if (await denied(caller, action, options, send)) missing.push(`ec2:${action}`);
    return missing;
  }

  const reading = (options: CallOptions) =>
    lacking(options, [
      [
        'DescribeInstances',
        (abortSignal) => client.send(new DescribeInstancesCommand({ DryRun }), { abortSignal }),
      ],
      [
        'DescribeInstanceStatus',
        (abortSignal) => client.send(new DescribeInstanceStatusCommand({ DryRun }), { abortSignal }),
      ],
      [
        'DescribeAddresses',
        (abortSignal) => client.send(new DescribeAddressesCommand({ DryRun }), { abortSignal }),
      ],
      [
        'DescribeVolumes',
        (abortSignal) => client.send(new DescribeVolumesCommand({ DryRun }), { abortSignal }),
      ],
    ]);

  async function launching(request: LaunchRequest, options: CallOptions): Promise<string[]> {
    const input = requests.runInstances(request);
    const refused = (more: Omit<RunInstancesCommandInput, 'MinCount' | 'MaxCount'>) =>
      denied(caller, 'RunInstances', options, (abortSignal) =>
        client.send(new RunInstancesCommand({ ...more, MinCount: 1, MaxCount: 1, DryRun }), { abortSignal }),
      );
    const places = await lacking(options, [
      [
        'DescribeSubnets',
        (abortSignal) => client.send(new DescribeSubnetsCommand({ DryRun }), { abortSignal }),
      ],
      [
        'DescribeNetworkInterfaces',
        (abortSignal) => client.send(new DescribeNetworkInterfacesCommand({ DryRun }), { abortSignal }),
      ],
      [
        'DescribeInstanceTypeOfferings',
        (abortSignal) => client.send(new DescribeInstanceTypeOfferingsCommand({ DryRun }), { abortSignal }),
      ],
    ]);
    return orProblem(
      async () => {
        const whole = await refused(input);
        if (whole === undefined) return places;
        if (whole.named !== undefined) return [...places, whole.named];
        // Handing a role to the machine and tagging it are permissions of their own.
        const { IamInstanceProfile: profile, ...without } = input;
        if (profile !== undefined && !(await refused(without))) return [...places, 'iam:PassRole'];
        const { TagSpecifications: _tags, ...untagged } = input;
        return [...places, (await refused(untagged)) ? 'ec2:RunInstances' : 'ec2:CreateTags'];
      },
      (code, awsMessage) => launchProblem(code, request, awsMessage),
    );
  }

  const replacing = (request: RootReplacement, options: CallOptions) => {
    const name = createTags([request.oldRoot.volumeId], requests.keptRootTags(request));
    return orProblem(
      () =>
        lacking(options, [
          [
            'DescribeReplaceRootVolumeTasks',
            (abortSignal) =>
              client.send(new DescribeReplaceRootVolumeTasksCommand({ DryRun }), { abortSignal }),
          ],
          [
            'CreateTags',
            (abortSignal) => client.send(new CreateTagsCommand({ ...name, DryRun }), { abortSignal }),
          ],
          [
            'CreateReplaceRootVolumeTask',
            (abortSignal) =>
              client.send(
                new CreateReplaceRootVolumeTaskCommand({ ...requests.replaceRoot(request), DryRun }),
                { abortSignal },
              ),
          ],
        ]),
      (code) =>
        ('imageId' in request.source ? imageProblem(code, request.source.imageId) : undefined) ??
        machineProblem(code, request.instanceId, 'CreateReplaceRootVolumeTask'),
    );
  };

  const fencing = (instanceId: string, options: CallOptions) => {
    const input = { InstanceIds: [instanceId], DryRun };
    const name = createTags([instanceId], { Name: '', [TAG.fencedBy]: '' });
    return orProblem(
      () =>
        lacking(options, [
          ['StopInstances', (abortSignal) => client.send(new StopInstancesCommand(input), { abortSignal })],
          // Going back starts it again.
          ['StartInstances', (abortSignal) => client.send(new StartInstancesCommand(input), { abortSignal })],
          [
            'CreateTags',
            (abortSignal) => client.send(new CreateTagsCommand({ ...name, DryRun }), { abortSignal }),
          ],
        ]),
      (code) => machineProblem(code, instanceId, 'StopInstances'),
    );
  };

  return {
    async missingMachinePermissions(plan, options) {
      const { launch, replaceRoot, stop, move } = plan;
      const known = stop ?? replaceRoot?.instanceId ?? move?.instanceId;
      const missing = await reading(options);
      if (known !== undefined)
        missing.push(
          ...(await lacking(options, [
            [
              'GetConsoleOutput',
              (abortSignal) =>
                client.send(new GetConsoleOutputCommand({ InstanceId: known, DryRun }), { abortSignal }),
            ],
          ])),
        );
      if (launch !== undefined) missing.push(...(await launching(launch, options)));
      if (replaceRoot !== undefined) missing.push(...(await replacing(replaceRoot, options)));
      if (stop !== undefined) missing.push(...(await fencing(stop, options)));
      if (move !== undefined) {
        const input = { ...requests.associateAddress({ ...move, allowReassociation: true }), DryRun };
        missing.push(
          ...(await lacking(options, [
            [
              'AssociateAddress',
              (abortSignal) => client.send(new AssociateAddressCommand(input), { abortSignal }),
            ],
          ])),
        );
      }
      return [...new Set(missing)];
    },
  };
}
