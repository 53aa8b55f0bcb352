import { type RestoreJourney, restoreJourney } from './restore.ts';

let journey: RestoreJourney;
afterEach(() => journey.close());

const CUT_OVER = { options: ['nomad', 'cut-over'] };

/** Everything that the channel shows, plans among it. */
function shown({ slack, channel }: RestoreJourney): string {
  return slack
    .messages(channel.id)
    .map(({ text, blocks }) => `${text}\n${JSON.stringify(blocks)}`)
    .join('\n');
}

async function ask(person: RestoreJourney['ana'], filled = {}) {
  await journey.openForm(person);
  await journey.send(person, filled);
}

const told = ({ slack, ana }: RestoreJourney) => slack.ephemerals(ana.id).at(-1)?.text ?? '';

describe('the machine is gone', () => {
  it('is launched from what its backup knows of it', async () => {
    journey = await restoreJourney();
    const { ec2, old } = journey;
    const metadata = {
      httpTokens: 'required',
      httpPutResponseHopLimit: 3,
      httpEndpoint: 'enabled',
      instanceMetadataTags: 'enabled',
    };
    Object.assign(old, { metadata, ebsOptimized: false });
    Object.assign(old.tags, { Owner: 'ci team', empty: '' });
    old.special = { tenancy: 'dedicated', sourceDestCheck: false, ipv6: ['2001:db8::7'] };
    const [root] = old.devices.map(({ volumeId }) => ec2.volumes.get(volumeId));
    Object.assign(root ?? {}, { type: 'io1', iops: 4000 });
    for (const subnet of ec2.subnets.values()) subnet.mapsPublicIp = false;
    await journey.backUp();
    ec2.terminateInstance(old.instanceId);
    await journey.begin(CUT_OVER);
    await journey.restored();
    const [machine] = journey.launched();
    expect(machine).toMatchObject({
      metadata,
      ebsOptimized: false,
      publicIp: expect.any(String),
      tags: { Name: 'circleci_services', Owner: 'ci team', empty: '' },
    });
    const volume = ec2.volumes.get(machine?.devices[0]?.volumeId ?? '');
    expect(volume).toMatchObject({ type: 'io1', iops: 4000 });
    await journey.expectTranscript('restore/launch-lost');
  });
});

describe('public addresses', () => {
  it('is asked for where the source had one of its own and the subnet gives none', async () => {
    journey = await restoreJourney();
    for (const subnet of journey.ec2.subnets.values()) subnet.mapsPublicIp = false;
    journey.haveBackup();
    await journey.begin(CUT_OVER);
    await journey.restored();
    const [machine] = journey.launched();
    expect(machine?.publicIp).toMatch(/^203\.0\.113\./);
    expect(shown(journey)).toContain('With a public address of its own, another one than 203.0.113.40');
  });

  it('is told to be missing where the source had none', async () => {
    journey = await restoreJourney();
    delete journey.old.publicIp;
    journey.haveBackup();
    await journey.begin(CUT_OVER);
    await journey.restored();
    expect(journey.launched()[0]?.publicIp).toBeUndefined();
    expect(shown(journey)).toContain('Without a public address');
    expect(shown(journey)).not.toContain('its own public address');
  });

  it('is as the subnet gives it until an Elastic IP comes', async () => {
    journey = await restoreJourney();
    for (const subnet of journey.ec2.subnets.values()) subnet.mapsPublicIp = false;
    const elastic = journey.ec2.addAddress({ instanceId: journey.old.instanceId });
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    expect(journey.launched()[0]?.publicIp).toBeUndefined();
    expect(shown(journey)).toContain(
      `Without a public address until the Elastic IP ${elastic.publicIp} moves to it`,
    );
    await journey.answer(journey.ana, 'Cut over');
    await journey.restored();
    expect(elastic.held?.instanceId).toBe(journey.launched()[0]?.instanceId);
  });

  it('is there for the bot that logs in at it, and a machine in place without one is refused', async () => {
    journey = await restoreJourney({ env: { SSH_ADDRESS: 'public' } });
    for (const subnet of journey.ec2.subnets.values()) subnet.mapsPublicIp = false;
    delete journey.old.publicIp;
    journey.haveBackup();
    await ask(journey.ana, { way: 'in-place' });
    expect(told(journey)).toContain('logs in at the public address (SSH_ADDRESS=public), and');
    await journey.begin(CUT_OVER);
    await journey.restored();
    expect(journey.launched()[0]?.publicIp).toMatch(/^203\.0\.113\./);
  });
});

describe('somebody else acts on the machine', () => {
  const GROUP = { 'aws:autoscaling:groupName': 'circleci-services' };

  it('asks before the old machine of an Auto Scaling group is stopped, although the cut-over was planned', async () => {
    journey = await restoreJourney();
    Object.assign(journey.old.tags, GROUP);
    journey.haveBackup();
    await journey.begin(CUT_OVER);
    await journey.says('The Auto Scaling group circleci-services replaces a machine');
    expect(journey.old.state).toBe('running');
    await journey.answer(journey.ben, 'Cut over');
    await journey.restored();
    expect(journey.old.state).toBe('stopped');
    await journey.expectTranscript('restore/launch-group');
  });

  it('asks before the machine is restarted in place, and lets people abort', async () => {
    journey = await restoreJourney();
    Object.assign(journey.old.tags, { Schedule: 'office-hours' });
    journey.haveBackup();
    const before = journey.oldAsItIs();
    await journey.begin({ way: 'in-place' });
    await journey.says('Whoever reads the tag Schedule=office-hours');
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
    expect(journey.oldAsItIs()).toEqual(before);
  });

  it('ends where the machine came to a group between plan and start', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await ask(journey.ana);
    Object.assign(journey.old.tags, GROUP);
    await journey.approve(journey.ben);
    await journey.restored();
    expect(shown(journey)).toContain('belongs to the Auto Scaling group circleci-services now');
    expect(journey.launched()).toEqual([]);
  });

  it('begins where it was let go between plan and start, as the plan said to do', async () => {
    journey = await restoreJourney();
    Object.assign(journey.old.tags, GROUP);
    journey.haveBackup();
    await ask(journey.ana);
    delete journey.old.tags['aws:autoscaling:groupName'];
    await journey.approve(journey.ben);
    await journey.says('is ready, and prod still runs');
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
  });
});

describe('EC2 allows 50 tags', () => {
  const fill = (to: number) => {
    const { tags } = journey.old;
    for (let i = 0; Object.keys(tags).length < to; i += 1) tags[`team:key-${i}`] = 'x';
  };

  it.each([
    ['50 tags', 50, {}],
    ['49 tags', 49, {}],
    ['50 tags and no name by which it would be found', 50, { SERVICES_INSTANCE: 'tag:Role=services' }],
  ])('takes over from a machine with %s, and says what it leaves out', async (_what, count, env) => {
    journey = await restoreJourney({ env });
    journey.old.tags.Role = 'services';
    fill(count);
    journey.haveBackup();
    await journey.begin(CUT_OVER);
    await journey.restored();
    const [machine] = journey.launched();
    expect(machine?.tags).toMatchObject({ Name: 'circleci_services', Role: 'services' });
    expect(Object.keys(machine?.tags ?? {}).length).toBeLessThanOrEqual(50);
    expect(journey.old.tags.Name).toContain('(fenced by');
    expect(shown(journey)).toMatch(/Without \d+ tags? of the old machine, for EC2 allows 50: team:key-/);
    expect(journey.ec2.count('StartInstances')).toBe(0);
  });

  it('takes over from a machine that was tagged full between plan and cut-over', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    fill(50);
    await journey.answer(journey.ben, 'Cut over');
    await journey.restored();
    expect(journey.old.tags.Name).toContain('(fenced by');
    expect(journey.old.tags).not.toHaveProperty('circleci-backup:fenced-by');
  });

  it('refuses a root volume without room for what leads back to it, before anybody approves', async () => {
    journey = await restoreJourney();
    const root = journey.ec2.volumes.get(journey.old.devices[0]?.volumeId ?? '');
    for (let i = 0; i < 48; i += 1) Object.assign(root?.tags ?? {}, { [`key-${i}`]: 'x' });
    journey.haveBackup();
    await ask(journey.ana, { way: 'in-place' });
    expect(told(journey)).toContain('has so many tags that the ones that lead back to it find no room');
    expect(journey.ec2.count('CreateReplaceRootVolumeTask')).toBe(0);
  });
});

describe('ways out after a refusal', () => {
  it('stay whatever the next refusal is, and offer nothing that the image cannot do', async () => {
    journey = await restoreJourney();
    const { ec2, old, ben } = journey;
    old.instanceType = 'm4.2xlarge';
    journey.haveBackup();
    ec2.faults.push(
      { action: 'RunInstances', kind: 'error', code: 'InsufficientInstanceCapacity', realCallsOnly: true },
      { action: 'RunInstances', kind: 'error', code: 'InvalidParameterCombination', realCallsOnly: true },
    );
    await journey.begin({ type: 'm4.2xlarge', options: ['nomad'] });
    await journey.answer(ben, 'm5a.2xlarge');
    await journey.says('InvalidParameterCombination');
    for (const label of ['m4.2xlarge', 'm5.2xlarge', 'eu-west-1b (subnet-0b1c5a0d6f0e41a28)'])
      expect(JSON.stringify(journey.restore().blocks)).toContain(`"${label}"`);
    await journey.answer(ben, 'm4.2xlarge');
    await journey.says('is ready, and prod still runs');
    await journey.answer(ben, 'Abort');
    await journey.restored();
    await journey.expectStory('restore/launch-ways-out');
  });

  it('leave out types on which the image cannot run', async () => {
    journey = await restoreJourney();
    journey.old.instanceType = 'm4.2xlarge';
    journey.haveBackup();
    for (const image of journey.ec2.images.values()) image.needs = { ena: false };
    journey.skip(60_000);
    journey.ec2.noCapacity.add('m4.2xlarge/eu-west-1a');
    await journey.begin({ type: 'm4.2xlarge', options: ['nomad'] });
    await journey.says('eu-west-1b (subnet-0b1c5a0d6f0e41a28)');
    expect(shown(journey)).not.toMatch(/m[567][ain]?\.2xlarge/);
    await journey.answer(journey.ben, 'eu-west-1b (subnet-0b1c5a0d6f0e41a28)');
    await journey.says('is ready, and prod still runs');
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
  });

  it('refuse such a type before anybody approves', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await ask(journey.ana, { type: 'm6g.2xlarge' });
    expect(told(journey)).toContain(
      'm6g.2xlarge cannot be used: the backup’s image is for x86_64 processors',
    );
    expect(journey.ec2.count('RunInstances')).toBe(0);
  });

  it('are there for a key pair that is gone', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await ask(journey.ana, { options: ['nomad'] });
    journey.ec2.keyPairs.clear();
    await journey.approve(journey.ben);
    await journey.answer(journey.ben, 'Without a key pair');
    await journey.says('is ready, and prod still runs');
    expect(journey.launched()[0]?.keyName).toBe('');
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
  });

  it('are there for a machine that EC2 ends while it starts', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    journey.ec2.nextLaunch = { dies: 'Server.InsufficientInstanceCapacity' };
    await journey.begin({ options: ['nomad'] });
    await journey.answer(journey.ben, 'm5a.2xlarge');
    await journey.says('is ready, and prod still runs');
    expect(journey.launched().map(({ instanceType }) => instanceType)).toEqual(['m5a.2xlarge']);
    await journey.answer(journey.ben, 'Abort');
    await journey.restored();
  });
});

describe('what is kept and what is lost', () => {
  it('says what the new machine will not have', async () => {
    journey = await restoreJourney();
    journey.old.special = {
      tenancy: 'dedicated',
      monitoring: 'enabled',
      placementGroup: 'ci',
      capacityReservationId: 'cr-1',
      sourceDestCheck: false,
      privateIps: ['10.20.1.13'],
      ipv6: ['2001:db8::7'],
      interfaces: [{ id: 'eni-0a1b', privateIp: '10.20.64.9' }],
    };
    journey.haveBackup();
    await ask(journey.ana);
    await journey.until('the request stands there', () => shown(journey).includes('does not have'));
    for (const words of [
      'Its further network interfaces: eni-0a1b',
      'Its further private addresses: 10.20.1.13, 10.20.64.9',
      'Its IPv6 addresses: 2001:db8::7',
      'Its tenancy “dedicated”',
      'Its placement group ci',
      'Its capacity reservation cr-1',
      'Detailed monitoring',
      'Its source/destination check is off',
    ])
      expect(shown(journey)).toContain(words);
  });

  it('says at the end where EC2 made a volume otherwise', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await ask(journey.ana, CUT_OVER);
    const unwatch = journey.ec2.onChange(({ noun, id, what }) => {
      const volume = noun === 'volume' && what === 'created' ? journey.ec2.volumes.get(id) : undefined;
      if (volume !== undefined) queueMicrotask(() => Object.assign(volume, { type: 'standard' }));
    });
    await journey.approve(journey.ben);
    await journey.restored();
    unwatch();
    expect(shown(journey)).toContain(
      'Not as it was planned: the volume at /dev/sda1 is standard, and not gp2.',
    );
  });

  it('carries the tags that an organization demands', async () => {
    journey = await restoreJourney({ env: { EXTRA_TAGS: 'CostCentre=1234, Owner=ci team' } });
    const { ec2 } = journey;
    const extra = { CostCentre: '1234', Owner: 'ci team' };
    await journey.backUp();
    expect([...ec2.images.values()].map(({ tags }) => tags)).toEqual([expect.objectContaining(extra)]);
    expect([...ec2.snapshots.values()].map(({ tags }) => tags)).toEqual([expect.objectContaining(extra)]);
    await journey.begin(CUT_OVER);
    await journey.restored();
    const [machine] = journey.launched();
    expect(machine?.tags).toMatchObject(extra);
    expect(ec2.volumes.get(machine?.devices[0]?.volumeId ?? '')?.tags).toMatchObject(extra);
  });
});

describe('what a step lifts', () => {
  it('is put back where the machine is left as it is', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    journey.ec2.denied.add('ec2:TerminateInstances');
    await journey.answer(journey.ben, 'Abort');
    await journey.answer(journey.ben, 'Leave it as it is');
    await journey.restored();
    expect(journey.launched().map(({ disableApiTermination }) => disableApiTermination)).toEqual([true]);
  });

  it('is said to be off where it cannot be put back', async () => {
    journey = await restoreJourney();
    journey.haveBackup();
    await journey.begin({ options: ['nomad'] });
    await journey.says('is ready, and prod still runs');
    const { ec2 } = journey;
    ec2.denied.add('ec2:TerminateInstances');
    const unwatch = ec2.onChange(({ what }) => {
      if (what === 'modified') ec2.denied.add('ec2:ModifyInstanceAttribute');
    });
    await journey.answer(journey.ben, 'Abort');
    await journey.answer(journey.ben, 'Leave it as it is');
    await journey.restored();
    unwatch();
    expect(shown(journey)).toMatch(/The termination protection of i-\w+ is off: the bot had lifted it/);
  });
});
