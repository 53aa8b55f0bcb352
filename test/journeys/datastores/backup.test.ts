import { addDatabaseHost, type DatastoresJourney, startDatastores } from './datastores.ts';

let journey: DatastoresJourney;
afterEach(() => journey.close());

const HOST_KEY = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';

/** What the run's message says once it has ended, without its steps. */
const result = (transcript: string) => transcript.slice(0, transcript.indexOf('  Steps'));

describe('a backup of a target with external datastores', () => {
  it('dumps them before the image and reads them to their end', async () => {
    journey = await startDatastores();
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('datastores/complete');
    const [image] = journey.ec2.images.values();
    expect(image?.tags['circleci-backup:outcome']).toBe('complete');
    const [repository] = journey.machines.repositories.all.values();
    expect(repository?.snapshots.map(({ host, paths }) => `${host}${paths.join()}`)).toEqual([
      'prod.pg/pg.circle.dump',
      'prod.pg/pg.globals.sql',
      'prod.mongo/mongo.circle_ghe.archive',
    ]);
    for (const { tags } of repository?.snapshots ?? []) expect(tags).toEqual([`run=${journey.runId()}`]);
  });

  it.each(['refused', 'down', 'dies', 'cut', 'older'] as const)(
    'is partial where the databases’ fault is “%s”, and says which, why, and what to do',
    async (fault) => {
      journey = await startDatastores();
      journey.machine.faults.databases = fault;
      await journey.say(journey.ana, 'now');
      await journey.ended();
      await journey.expectTranscript(`datastores/${fault}`, result);
      const [image] = journey.ec2.images.values();
      expect(image?.tags['circleci-backup:outcome']).toBe('partial');
    },
  );

  it('ends a dump that takes too long, and goes on with the image', async () => {
    journey = await startDatastores({ DATASTORE_TIMEOUT: '2m' });
    journey.machine.faults.databases = 'hangs';
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('datastores/late', result);
    expect(journey.machine.faults.databases).toBe('hangs');
  });

  it('says that the host of a store does not answer', async () => {
    journey = await startDatastores({
      DATASTORES: `[{name: pg, kind: postgres, databases: circle, host: 10.20.9.9, host_key: '${HOST_KEY}'}]`,
    });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('datastores/unreachable', result);
  });

  it('dumps on a host of its own, whose key is set, and nowhere else', async () => {
    journey = await startDatastores({}, {}, addDatabaseHost);
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('datastores/own-host', result);
    Object.assign(journey.database?.faults ?? {}, { ssh: 'wrong-key' });
    await journey.say(journey.ana, 'now');
    await journey.ended(2);
    expect(journey.transcript()).toContain('showed the host key SHA256:');
  });

  it('stops before the image where somebody cancels it, and ends the dump', async () => {
    journey = await startDatastores();
    journey.databases.postgres.dumpMs = 3_600_000;
    await journey.say(journey.ana, 'now');
    const dumps = () => [...journey.machines.repositories.all.values()].flatMap(({ locks }) => locks);
    await journey.until('a dump is under way', () => dumps().length > 0);
    await journey.say(journey.ana, `cancel ${journey.runId()}`);
    await journey.ended();
    await journey.expectTranscript('datastores/canceled', result);
    expect(journey.ec2.images.size).toBe(0);
    const [repository] = journey.machines.repositories.all.values();
    expect(repository?.snapshots).toEqual([]);
  });

  it('has RDS take its own snapshot, and follows it', async () => {
    journey = await startDatastores({
      DATASTORES: '[{name: managed, kind: rds, instance: circleci-postgres}]',
      RESTIC_REPOSITORY: '',
      RESTIC_PASSWORD_FILE: '',
    });
    const instance = 'circleci-postgres';
    journey.ec2.databases.set(instance, { instance, gib: 100, status: 'available', snapshotMs: 900_000 });
    await journey.say(journey.ana, 'now');
    await journey.ended();
    await journey.expectTranscript('datastores/rds');
    expect([...journey.ec2.databaseSnapshots.keys()]).toEqual([`circleci-backup-${journey.runId()}-managed`]);
    const database = journey.ec2.databases.get(instance);
    if (database !== undefined) database.status = 'modifying';
    await journey.say(journey.ana, 'now');
    await journey.ended(2);
    expect(journey.transcript()).toContain('RDS refused CreateDBSnapshot: InvalidDBInstanceState');
  });
});
