import { actorLines, actorsOn, actsByItself } from '../../../src/core/catalogue/machine-actors.ts';

test.each<[string, Parameters<typeof actorsOn>[0], string[]]>([
  ['nobody', { tags: { Name: 'circleci_services', Owner: 'ci', Role: 'services' } }, []],
  ['nothing is known', {}, []],
  ['a group', { tags: { 'aws:autoscaling:groupName': 'circleci' } }, ['auto-scaling circleci']],
  [
    'a group of a stack',
    {
      tags: {
        'aws:autoscaling:groupName': 'circleci',
        'aws:cloudformation:stack-name': 'ci',
        'aws:cloudformation:logical-id': 'Group',
        'aws:ec2launchtemplate:id': 'lt-1',
      },
    },
    ['auto-scaling circleci', 'cloudformation ci'],
  ],
  ['a fleet', { tags: { 'aws:ec2:fleet-id': 'fleet-1' }, traits: { lifecycle: 'spot' } }, ['fleet fleet-1']],
  ['a Spot Fleet', { tags: { 'aws:ec2spot:fleet-request-id': 'sfr-1' } }, ['spot-fleet sfr-1']],
  ['a Spot request', { traits: { lifecycle: 'spot' } }, ['spot ']],
  ['Elastic Beanstalk', { tags: { 'elasticbeanstalk:environment-name': 'ci' } }, ['beanstalk ci']],
  ['OpsWorks', { tags: { 'opsworks:stack': 'CI', 'opsworks:instance': 'ci1' } }, ['opsworks CI']],
  ['EKS', { tags: { 'eks:nodegroup-name': 'n', 'kubernetes.io/cluster/c': 'owned' } }, ['kubernetes n']],
  ['Karpenter', { tags: { 'karpenter.sh/nodepool': 'n' } }, ['kubernetes n']],
  ['ECS', { tags: { AmazonECSManaged: '' } }, ['ecs AmazonECSManaged']],
  [
    'the Instance Scheduler',
    { tags: { Schedule: 'uk-office-hours' } },
    ['scheduler Schedule=uk-office-hours'],
  ],
  ['another scheduler', { tags: { 'auto-stop': '19:00' } }, ['scheduler auto-stop=19:00']],
  ['Cloud Custodian', { tags: { maid_offhours: 'off=(M-F,19)' } }, ['scheduler maid_offhours=off=(M-F,19)']],
  ['a service that EC2 names', { operator: 'eks.amazonaws.com' }, ['operator eks.amazonaws.com']],
  [
    'a service that nobody knows yet',
    { tags: { 'aws:newthing:owner': 'x' } },
    ['unknown aws:newthing:owner'],
  ],
  ['upper case', { tags: { 'AWS:AutoScaling:GroupName': 'x' } }, ['auto-scaling x']],
])('who acts on a machine: %s', (_what, machine, expected) => {
  expect(actorsOn(machine).map(({ kind, name }) => `${kind} ${name}`)).toEqual(expected);
});

test('a plan says what it does and what to do first; a stack alone asks nobody', () => {
  const [group, stack] = actorsOn({
    tags: { 'aws:autoscaling:groupName': 'circleci', 'aws:cloudformation:stack-name': 'ci' },
  });
  if (group === undefined || stack === undefined) throw new Error('both act');
  expect([group, stack].map(actsByItself)).toEqual([true, false]);
  expect(actorLines([group], 'i-1')).toEqual([
    'The Auto Scaling group circleci replaces a machine that stops, restarts or does not answer: it terminates it and ' +
      'starts another one with the same name. First: aws autoscaling detach-instances --instance-ids i-1 ' +
      '--auto-scaling-group-name circleci --should-decrement-desired-capacity',
  ]);
});

test('a name that a shell would read as more than a word stays out of the command', () => {
  const [line] = actorLines(actorsOn({ tags: { 'aws:autoscaling:groupName': 'a; rm -rf /\n`b`' } }), 'i-1');
  expect(line).toContain('--auto-scaling-group-name NAME ');
  expect(line).not.toContain('\n');
});
