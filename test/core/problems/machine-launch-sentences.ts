import type { MachineLaunchProblem } from '../../../src/core/problems/machine-launch.ts';

/** The sentences of launching and changing machines, pinned. */
export const MACHINE_LAUNCH_SENTENCES: {
  [C in MachineLaunchProblem['code']]: [
    what: string,
    problem: Extract<MachineLaunchProblem, { code: C }>,
    reason: string,
    next: string,
  ][];
} = {
  'no-capacity': [
    [
      'in a zone',
      { code: 'no-capacity', type: 'm5.2xlarge', zone: 'eu-west-1a' },
      'AWS has no free m5.2xlarge in eu-west-1a at the moment. Nothing was launched.',
      'Choose another instance type or a subnet in another zone, or wait some minutes, then start it again.',
    ],
    [
      'in a zone that is not known',
      { code: 'no-capacity', type: 'm5.2xlarge' },
      'AWS has no free m5.2xlarge at the moment. Nothing was launched.',
      'Choose another instance type or a subnet in another zone, or wait some minutes, then start it again.',
    ],
  ],
  'start-no-capacity': [
    [
      'any',
      { code: 'start-no-capacity', instanceId: 'i-1' },
      'AWS has no room to start the machine i-1 at the moment. It stays stopped.',
      'Wait some minutes, then start it again.',
    ],
  ],
  'type-not-offered': [
    [
      'in a zone',
      { code: 'type-not-offered', type: 'm7i.2xlarge', zone: 'eu-west-1c' },
      'AWS does not offer the instance type m7i.2xlarge in eu-west-1c, or not with the settings of the old machine. Nothing was launched.',
      'Choose another instance type or a subnet in another zone, then start it again.',
    ],
  ],
  'address-in-use': [
    [
      'by a machine',
      { code: 'address-in-use', ip: '10.0.0.1', subnetId: 'subnet-1', holder: 'i-1' },
      'The private address 10.0.0.1 in subnet-1 is in use by i-1. Nothing was launched.',
      'Start it again with a new private address. A stopped machine keeps its address; only a terminated one frees it.',
    ],
    [
      'by nobody one can name',
      { code: 'address-in-use', ip: '10.0.0.1', subnetId: 'subnet-1' },
      'The private address 10.0.0.1 in subnet-1 is in use. Nothing was launched.',
      'Start it again with a new private address. A stopped machine keeps its address; only a terminated one frees it.',
    ],
  ],
  'subnet-full': [
    [
      'any',
      { code: 'subnet-full', subnetId: 'subnet-1' },
      'The subnet subnet-1 has no free address. Nothing was launched.',
      'Choose another subnet of the same VPC, then start it again.',
    ],
  ],
  'idempotent-mismatch': [
    [
      'any',
      { code: 'idempotent-mismatch', action: 'RunInstances', runId: 'rs-1' },
      'EC2 knows an earlier RunInstances of rs-1 with other parameters, and did nothing.',
      'Look in the EC2 console for what carries the tag of this run, then start a new restore.',
    ],
  ],
  'launch-quota': [
    [
      'any',
      { code: 'launch-quota', type: 'm5.2xlarge', awsCode: 'VcpuLimitExceeded' },
      'A limit of the AWS account does not allow another m5.2xlarge (VcpuLimitExceeded). Nothing was launched.',
      'Choose a smaller instance type, or ask AWS for a higher limit, then start it again.',
    ],
  ],
  'image-unavailable': [
    [
      'any',
      { code: 'image-unavailable', imageId: 'ami-1', awsCode: 'InvalidAMIID.NotFound' },
      'EC2 cannot use the image ami-1 of this backup (InvalidAMIID.NotFound).',
      'See /circleci-backup list for another backup, and the EC2 console for what became of this one.',
    ],
  ],
  'launch-part-gone': [
    [
      'key pair',
      { code: 'launch-part-gone', what: 'key pair', id: 'circleci' },
      'The key pair circleci that the machine had does not exist any more. Nothing was launched.',
      'Import a key pair of that name in EC2, or choose another, then start it again.',
    ],
    [
      'subnet',
      { code: 'launch-part-gone', what: 'subnet', id: 'subnet-1' },
      'The subnet subnet-1 that the machine had does not exist any more. Nothing was launched.',
      'Choose another subnet of the same VPC, then start it again.',
    ],
    [
      'security group',
      { code: 'launch-part-gone', what: 'security group', id: 'sg-1' },
      'The security group sg-1 that the machine had does not exist any more. Nothing was launched.',
      'Make the security group again, or choose another, then start it again.',
    ],
  ],
  'machine-gone': [
    [
      'any',
      { code: 'machine-gone', instanceId: 'i-1' },
      'EC2 does not know the machine i-1 (any more).',
      'Look for it in the EC2 console: somebody may have terminated it.',
    ],
  ],
  'machine-not-ours': [
    [
      'any',
      { code: 'machine-not-ours', instanceId: 'i-1', runId: 'rs-1' },
      'The machine i-1 was not launched by rs-1, so it was left alone.',
      'Look at it in the EC2 console, and remove it there if it should go.',
    ],
    [
      'with its reason',
      {
        code: 'machine-not-ours',
        instanceId: 'i-1',
        runId: 'rs-1',
        why: 'it is what SERVICES_INSTANCE of prod finds',
      },
      'The machine i-1 was left alone: it is what SERVICES_INSTANCE of prod finds.',
      'Look at it in the EC2 console, and remove it there if it should go.',
    ],
  ],
  'machine-protected': [
    [
      'from being stopped',
      { code: 'machine-protected', instanceId: 'i-1', against: 'stop' },
      'The machine i-1 is protected from being stopped. It was left as it is.',
      'Look at its stop protection in the EC2 console, and switch it off if that is meant.',
    ],
    [
      'from termination',
      { code: 'machine-protected', instanceId: 'i-1', against: 'termination' },
      'The machine i-1 is protected from termination. It was left as it is.',
      'Look at its termination protection in the EC2 console, and switch it off if that is meant.',
    ],
  ],
  'machine-unprotected': [
    [
      'any',
      {
        code: 'machine-unprotected',
        instanceId: 'i-1',
        why: 'The bot’s AWS identity lacks ec2:TerminateInstances.',
      },
      'The bot’s AWS identity lacks ec2:TerminateInstances. The machine i-1 stays, and its termination protection is OFF: the bot had lifted it and could not put it back.',
      'Try again to remove it, or set its termination protection in the EC2 console if it is to stay.',
    ],
  ],
  'machine-busy': [
    [
      'any',
      { code: 'machine-busy', instanceId: 'i-1', action: 'StartInstances' },
      'The machine i-1 is in a state in which EC2 does not do StartInstances.',
      'Wait until it has started or stopped, then try again.',
    ],
  ],
  'volume-not-ours': [
    [
      'any',
      { code: 'volume-not-ours', volumeId: 'vol-1', runId: 'rs-1' },
      'The volume vol-1 was not made by rs-1, so it was left alone.',
      'Look at it in the EC2 console, and remove it there if it should go.',
    ],
    [
      'with its reason',
      {
        code: 'volume-not-ours',
        volumeId: 'vol-1',
        runId: 'rs-1',
        why: 'nothing but its tag says that the run made it',
      },
      'The volume vol-1 was left alone: nothing but its tag says that the run made it.',
      'Look at it in the EC2 console, and remove it there if it should go.',
    ],
  ],
  'elastic-address-taken': [
    [
      'by a machine',
      { code: 'elastic-address-taken', publicIp: '203.0.113.9', holder: 'i-2' },
      'The Elastic IP 203.0.113.9 belongs to i-2 now, so it was not moved.',
      'Find out who moved it there before anything else.',
    ],
    [
      'by something else',
      { code: 'elastic-address-taken', publicIp: '203.0.113.9' },
      'The Elastic IP 203.0.113.9 belongs to something else now, so it was not moved.',
      'Find out who moved it there before anything else.',
    ],
  ],
  'elastic-address-gone': [
    [
      'any',
      { code: 'elastic-address-gone', allocationId: 'eipalloc-1' },
      'The Elastic IP eipalloc-1 does not exist any more.',
      'Look in the EC2 console whether it was released, and set DNS to the address of the new machine.',
    ],
  ],
};
