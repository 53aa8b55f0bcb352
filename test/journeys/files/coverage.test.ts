import { putDirectory, putFile, removePath } from '../../../sandbox/machine/disk/disk.ts';
import type { Layout } from '../../../sandbox/machine/disk/layout.ts';
import type { Machine } from '../../../sandbox/machine/machine.ts';
import { SOON } from '../ec2/ec2.ts';
import { type Journey, startJourney } from '../journey.ts';

const OBJECTS = '/data/circle/objects';
const NFS = {
  source: 'nas.acme-rail.example:/objects',
  target: '/mnt/objects',
  files: { 'acme/42/artifact.tgz': 'x'.repeat(2_000), 'acme/43/artifact.tgz': 'y'.repeat(3_000) },
};

let journey: Journey;
afterEach(() => journey.close());

async function start(env: Record<string, string>, install: Partial<Layout> = {}): Promise<Machine> {
  journey = await startJourney({ ec2: SOON, env, machines: { install } });
  const machine = [...journey.machines.running.values()][0];
  if (machine === undefined) throw new Error('there is no machine');
  return machine;
}

let backups = 0;
beforeEach(() => {
  backups = 0;
});

async function backUp(): Promise<void> {
  await journey.say(journey.ana, 'now');
  backups += 1;
  await journey.ended(backups);
}

/** From the headlines on, each run's message without its steps. */
function results(transcript: string): string {
  const messages = transcript.split(/\n\n(?=CircleCI Backup {2})/).filter((part) => part.includes('══'));
  return `${messages.map((message) => message.split(/\n +Steps\n/)[0]).join('\n\n')}\n`;
}

const tells = (name: string) => journey.expectTranscript(`files/${name}`, results);

function fill(machine: Machine): void {
  putFile(machine.disk, `${OBJECTS}/acme/42/artifact.tgz`, 'x'.repeat(2_000));
}

it('covers folders on the machine’s own volumes', async () => {
  fill(await start({ FILES_PATHS: OBJECTS }));
  await backUp();
  await tells('covered');
});

it('is partial where a share is in no backup, and says what to do', async () => {
  await start({}, { nfs: NFS });
  await backUp();
  await tells('share-not-named');
});

it('is partial where a folder lies on a share whose files nobody copies', async () => {
  await start({ FILES_PATHS: `${NFS.target}/acme` }, { nfs: NFS });
  await backUp();
  await tells('share-not-copied');
});

it('is partial where a share is not mounted, until it is', async () => {
  const machine = await start({ FILES_PATHS: OBJECTS }, { nfs: { ...NFS, target: '/srv/share' } });
  fill(machine);
  machine.faults.unmounted.add('/srv/share');
  machine.mountAgain();
  await backUp();
  machine.faults.unmounted.clear();
  machine.mountAgain();
  await backUp();
  await tells('share-not-mounted');
});

it('waits for no share that does not answer', async () => {
  const machine = await start({ FILES_PATHS: `${NFS.target}/acme` }, { nfs: NFS });
  machine.faults.hanging.add(NFS.target);
  await backUp();
  await tells('share-silent');
});

it('is partial where a folder has become a link, or empty, since the last good backup, and stays so', async () => {
  const machine = await start({ FILES_PATHS: `${OBJECTS}, /srv/artifacts` });
  fill(machine);
  putFile(machine.disk, '/srv/artifacts/1', 'x');
  await backUp();
  removePath(machine.disk, OBJECTS);
  putFile(machine.disk, OBJECTS, '', { kind: 'link', target: '/srv/elsewhere', mode: 0o777 });
  putFile(machine.disk, '/srv/elsewhere/acme/42/artifact.tgz', 'x');
  removePath(machine.disk, '/srv/artifacts');
  putDirectory(machine.disk, '/srv/artifacts');
  await backUp();
  await backUp();
  await tells('link-and-empty');
});

it('is complete without SSH settings, as an image that nobody looked beyond', async () => {
  await start({ SSH_PRIVATE_KEY_FILE: '' }, { nfs: NFS });
  await backUp();
  await tells('no-ssh');
});

it('passes the operator’s word on as such', async () => {
  await start({ STORAGE: 'external' }, { nfs: NFS, storage: 's3' });
  await backUp();
  await tells('storage-external');
});

it('holds the operator’s word against CircleCI’s settings', async () => {
  await start({ STORAGE: 'external' }, { nfs: NFS });
  await backUp();
  await tells('storage-contradicted');
});

it('is complete where the machine lets nobody in and nothing is known of it, and partial once something is', async () => {
  const machine = await start({}, { storage: 's3' });
  machine.faults.ssh = 'no-key';
  await backUp();
  delete machine.faults.ssh;
  machine.disk.layout.storage = 'none';
  await backUp();
  machine.faults.ssh = 'no-key';
  await backUp();
  await tells('look-fails');
});

it('is partial where the machine lets nobody in and folders are named', async () => {
  const machine = await start({ FILES_PATHS: OBJECTS });
  machine.faults.sudo = 'password';
  await backUp();
  await tells('look-fails-with-folders');
});

it('says it to whoever asks, by a look of the moment, or by the last one where the machine is silent', async () => {
  const machine = await start({ FILES_PATHS: `${NFS.target}/acme` }, { nfs: NFS });
  await journey.say(journey.cleo, 'status');
  machine.faults.hanging.add(NFS.target);
  await journey.say(journey.cleo, 'status');
  machine.faults.ssh = 'refused';
  await journey.clock.sleep(3_600_000, new AbortController().signal);
  await journey.say(journey.cleo, 'status');
  await journey.expectTranscript('files/status');
});
