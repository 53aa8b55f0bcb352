import { CreateImageCommand, DescribeImagesCommand } from '@aws-sdk/client-ec2';
import {
  flag,
  integer,
  parseForm,
  required,
  structures,
  text,
  texts,
} from '../../../../sandbox/ec2/wire/query.ts';
import { refusal, startWorld } from '../harness.ts';

test('a form becomes a tree, whose lists are in the order of their numbers', () => {
  const params = parseForm(
    'Action=A&Id.10=ten&Id.2=two&Filter.1.Name=n&Filter.1.Value.1=%C3%A9+%2B&Empty=&Yes=true',
  );
  expect(text(params, 'Action')).toBe('A');
  expect(texts(params, 'Id')).toEqual(['two', 'ten']);
  const [filter = {}] = structures(params, 'Filter');
  expect(texts(filter, 'Value')).toEqual(['é +']);
  expect(text(params, 'Empty')).toBe('');
  expect(flag(params, 'Yes')).toBe(true);
  expect(texts(params, 'Absent')).toEqual([]);
});

test('names of a form never reach a prototype', () => {
  const params = parseForm('__proto__.polluted=1&constructor.name=2');
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
  expect(text(params, 'toString')).toBeUndefined();
});

test.each([
  ['A=1&A.2=x', 'MalformedQueryString'],
  ['A=1&A=2', 'MalformedQueryString'],
])('%s is no form', (form, code) => {
  expect(() => parseForm(form)).toThrow(expect.objectContaining({ code }));
});

test('values of another kind than expected are refused', () => {
  const params = parseForm('A.1=x&B=many&C=maybe&D=text&E.x=1');
  const refused = (read: () => unknown) => expect(read).toThrow(expect.objectContaining({ status: 400 }));
  refused(() => text(params, 'A'));
  refused(() => structures(params, 'A'));
  refused(() => texts(params, 'B'));
  refused(() => flag(params, 'C'));
  refused(() => integer(params, 'D'));
  refused(() => texts(params, 'E'));
  refused(() => required(params, 'Absent'));
});

test('the SDK sends lists the way the reader expects them', async () => {
  await using world = await startWorld();
  await world.ec2.send(
    new CreateImageCommand({
      InstanceId: world.prod.instanceId,
      Name: 'one',
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'k', Value: 'v' }] }],
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', NoDevice: '' }],
    }),
  );
  await world.ec2.send(new DescribeImagesCommand({ ImageIds: ['ami-0a3d5b7c000000001'], Owners: ['self'] }));
  expect(world.server.calls.map((call) => call.params)).toEqual([
    {
      Action: 'CreateImage',
      Version: '2016-11-15',
      InstanceId: world.prod.instanceId,
      Name: 'one',
      TagSpecification: { 1: { ResourceType: 'image', Tag: { 1: { Key: 'k', Value: 'v' } } } },
      BlockDeviceMapping: { 1: { DeviceName: '/dev/sdf', NoDevice: '' } },
    },
    {
      Action: 'DescribeImages',
      Version: '2016-11-15',
      ImageId: { 1: 'ami-0a3d5b7c000000001' },
      Owner: { 1: 'self' },
    },
  ]);
});

test('a request that the SDK would not send is refused in EC2 words', async () => {
  await using world = await startWorld();
  const post = async (body: string) => {
    const answer = await fetch(world.server.url, { method: 'POST', body });
    return `${answer.status} ${/<Code>(.*)<\/Code>/.exec(await answer.text())?.[1]}`;
  };
  expect(await post('Version=2016-11-15')).toBe('400 MissingAction');
  expect(await post('Action=constructor')).toBe('400 InvalidAction');
  expect(await post('Action=DescribeImages&ImageIds.1=ami-1')).toBe('400 UnknownParameter');
  expect(await post('Action=CreateImage')).toBe('400 MissingParameter');
  expect((await fetch(`${world.server.url}/elsewhere`)).status).toBe(404);
  const missing = world.ec2.send(new CreateImageCommand({ InstanceId: undefined, Name: 'one' }));
  expect(await refusal(missing)).toMatchObject({ code: 'MissingParameter' });
});
