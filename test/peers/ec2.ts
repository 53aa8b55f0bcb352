import { createServer } from 'node:http';
import { listenOnLoopback, readBody } from './http.ts';

const XMLNS = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"';

/** Answers in the form of the examples in EC2's API reference, cut down to one machine with one volume. */
const INSTANCES = `<reservationSet><item>
    <reservationId>r-1234567890abcdef0</reservationId><ownerId>123456789012</ownerId><groupSet/>
    <instancesSet><item>
      <instanceId>i-1234567890abcdef0</instanceId>
      <imageId>ami-bff32ccc</imageId>
      <instanceState><code>16</code><name>running</name></instanceState>
      <instanceType>m4.2xlarge</instanceType>
      <placement><availabilityZone>us-west-2b</availabilityZone></placement>
      <privateIpAddress>192.168.1.88</privateIpAddress>
      <groupSet><item><groupId>sg-e4076980</groupId><groupName>services</groupName></item></groupSet>
      <blockDeviceMapping><item>
        <deviceName>/dev/xvda</deviceName>
        <ebs><volumeId>vol-1234567890abcdef0</volumeId><status>attached</status><deleteOnTermination>true</deleteOnTermination></ebs>
      </item></blockDeviceMapping>
      <tagSet><item><key>Name</key><value>services</value></item></tagSet>
    </item></instancesSet>
  </item></reservationSet>`;

const image = (name: string, tags: string) => `<imagesSet><item>
    <imageId>ami-1a2b3c4d5e6f78901</imageId><name>${name}</name>
    <imageState>available</imageState><imageOwnerId>123456789012</imageOwnerId>
    <sourceInstanceId>i-1234567890abcdef0</sourceInstanceId>
    <blockDeviceMapping><item>
      <deviceName>/dev/xvda</deviceName>
      <ebs><snapshotId>snap-1234567890abcdef0</snapshotId><volumeSize>15</volumeSize><deleteOnTermination>true</deleteOnTermination></ebs>
    </item></blockDeviceMapping>
    <tagSet>${tags}</tagSet>
  </item></imagesSet>`;

const snapshots = (tags: string) => `<snapshotSet><item>
    <snapshotId>snap-1234567890abcdef0</snapshotId><volumeId>vol-1234567890abcdef0</volumeId>
    <status>completed</status><progress>100%</progress><volumeSize>15</volumeSize>
    <tagSet>${tags}</tagSet>
  </item></snapshotSet>`;

const DRY_RUN = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>DryRunOperation</Code><Message>Request would have succeeded, but DryRun flag is set.</Message></Error></Errors><RequestID>59dbff89-35bd-4eac-99ed-be587EXAMPLE</RequestID></Response>`;

const BLOCKS = {
  BlockSize: 524288,
  VolumeSize: 15,
  ExpiryTime: 1_900_000_000,
  Blocks: [{ BlockIndex: 0, BlockToken: 'AAA' }],
};

/** The least of EC2 and of the EBS direct API that one backup needs; nothing of the sandbox is in it. */
export async function startEc2() {
  const calls: Record<string, string>[] = [];
  let created: Record<string, string> | undefined;

  function answer(form: Record<string, string>): string {
    const tags = tagItems(created ?? {});
    switch (form.Action) {
      case 'DescribeInstances':
        return INSTANCES;
      case 'CreateImage':
        created = form;
        return '<imageId>ami-1a2b3c4d5e6f78901</imageId>';
      case 'DescribeImages':
        return created === undefined ? '<imagesSet/>' : image(created.Name ?? '', tags);
      case 'DescribeSnapshots':
        return created === undefined ? '<snapshotSet/>' : snapshots(tags);
      case 'CreateTags':
        return '<return>true</return>';
      default:
        throw new Error(`This peer does not know ${form.Action}`);
    }
  }

  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(BLOCKS));
    }
    const form = Object.fromEntries(new URLSearchParams(await readBody(request)));
    calls.push(form);
    if (form.DryRun === 'true') return response.writeHead(412, { 'content-type': 'text/xml' }).end(DRY_RUN);
    const name = `${form.Action}Response`;
    return response
      .writeHead(200, { 'content-type': 'text/xml;charset=UTF-8' })
      .end(
        `<?xml version="1.0" encoding="UTF-8"?><${name} ${XMLNS}><requestId>59dbff89</requestId>${answer(form)}</${name}>`,
      );
  });
  const url = await listenOnLoopback(server);
  return {
    url,
    calls,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The tags of the first TagSpecification of a CreateImage, as EC2 lists them. */
function tagItems(form: Record<string, string>): string {
  return Object.keys(form)
    .flatMap((key) => /^TagSpecification\.1\.Tag\.(\d+)\.Key$/.exec(key)?.[1] ?? [])
    .map(
      (n) =>
        `<item><key>${form[`TagSpecification.1.Tag.${n}.Key`]}</key><value>${form[`TagSpecification.1.Tag.${n}.Value`]}</value></item>`,
    )
    .join('');
}
