import { createQuote } from '../../../src/config/checks/issue.ts';
import { readConfig } from '../../../src/config/config.ts';
import { CIRCLECI_DATABASES } from '../../../src/core/model/datastore.ts';
import { filesOf, LEAST } from '../environment.ts';
import { newPrivateKey } from '../private-keys.ts';

const KEY = newPrivateKey();
const OWN = newPrivateKey();
const HOST_KEY = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';
const FILES = { '/keys/restic': 'a-password', '/keys/services': KEY, '/keys/pg': OWN, '/keys/empty': '' };
const RESTIC = { RESTIC_REPOSITORY: 's3:https://s3.example.com/b', RESTIC_PASSWORD_FILE: '/keys/restic' };
const SSH = { SSH_PRIVATE_KEY_FILE: '/keys/services', ...RESTIC };

function read(env: Record<string, string>, files: Record<string, string> = {}) {
  return readConfig({ ...LEAST, ...env }, filesOf({ ...FILES, ...files }));
}

function storesOf(DATASTORES: string, env: Record<string, string> = SSH) {
  const result = read({ ...env, DATASTORES });
  if (!result.ok) throw new Error(result.message);
  return result.config.targets[0]?.datastores;
}

function findings(DATASTORES: string, env: Record<string, string> = SSH): string[] {
  const result = read({ ...env, DATASTORES });
  return result.ok ? ['accepted'] : result.message.split('\n').slice(2, -2);
}

describe('external datastores', () => {
  test('are none when nobody names any', () => {
    const { RESTIC_REPOSITORY: _r, RESTIC_PASSWORD_FILE: _p, ...ssh } = SSH;
    const result = read(ssh);
    expect(result.ok && result.config.targets[0]?.datastores).toBe(undefined);
  });

  test('are on the Services machine with CircleCI’s own databases, unless it is said otherwise', () => {
    expect(storesOf('[{name: pg, kind: postgres}, {name: mongo, kind: mongodb}]')).toEqual({
      stores: [
        { name: 'pg', kind: 'postgres', databases: CIRCLECI_DATABASES.postgres, connection: {} },
        { name: 'mongo', kind: 'mongodb', databases: CIRCLECI_DATABASES.mongodb },
      ],
      timeoutMs: 4 * 3_600_000,
    });
  });

  test('are on hosts of their own, each with its own way in', () => {
    const text = `- name: pg
  kind: postgres
  host: 10.20.1.30
  port: 2222
  user: dba
  key_file: /keys/pg
  host_key: ${HOST_KEY}
  databases: [circle, domain]
  server: db.internal
  server_port: 5433
  login: backup
  passfile: /root/.pgpass
  tools: /usr/lib/postgresql/9.5/bin
- {name: by-service, kind: postgres, service: circleci, servicefile: /root/pg.conf}
- {name: mongo, kind: mongodb, config: /root/mongo.yml, databases: circle_ghe}
- {name: vault, kind: vault, folder: /data/circle/contexts-vault}
- {name: keys, kind: keys, folder: /data/circle/circleci-encryption-keys, host: vault.internal, host_key: ${HOST_KEY}}
- {name: managed, kind: rds, instance: circleci-postgres}`;
    expect(storesOf(text, { ...SSH, DATASTORE_TIMEOUT: '90m' })).toEqual({
      stores: [
        {
          name: 'pg',
          kind: 'postgres',
          at: { host: '10.20.1.30', port: 2222, user: 'dba', privateKey: OWN, hostKeys: [HOST_KEY] },
          databases: ['circle', 'domain'],
          connection: { server: 'db.internal', serverPort: 5433, login: 'backup', passfile: '/root/.pgpass' },
          tools: '/usr/lib/postgresql/9.5/bin',
        },
        {
          name: 'by-service',
          kind: 'postgres',
          databases: CIRCLECI_DATABASES.postgres,
          connection: { service: 'circleci', servicefile: '/root/pg.conf' },
        },
        { name: 'mongo', kind: 'mongodb', databases: ['circle_ghe'], config: '/root/mongo.yml' },
        { name: 'vault', kind: 'vault', folder: '/data/circle/contexts-vault' },
        {
          name: 'keys',
          kind: 'keys',
          folder: '/data/circle/circleci-encryption-keys',
          at: { host: 'vault.internal', port: 22, user: 'ubuntu', privateKey: KEY, hostKeys: [HOST_KEY] },
        },
        { name: 'managed', kind: 'rds', instance: 'circleci-postgres' },
      ],
      timeoutMs: 90 * 60_000,
    });
  });

  test('need no SSH where RDS alone is named', () => {
    expect(storesOf('[{name: managed, kind: rds, instance: circleci-postgres}]', {})?.stores).toHaveLength(1);
  });

  test('stand as a list of maps in the targets file, where each target has the last word', () => {
    const yaml = `
targets:
  - name: prod
    DATASTORES:
      - name: pg
        kind: postgres
        databases: [circle]
  - name: staging
`;
    const env = { ...LEAST, ...SSH, TARGETS_FILE: 't.yml', DATASTORES: '[{name: m, kind: mongodb}]' };
    const result = readConfig(env, filesOf({ ...FILES, 't.yml': yaml }));
    expect(result.ok && result.config.targets.map((one) => one.datastores?.stores[0])).toEqual([
      { name: 'pg', kind: 'postgres', databases: ['circle'], connection: {} },
      { name: 'm', kind: 'mongodb', databases: CIRCLECI_DATABASES.mongodb },
    ]);
  });

  test('everything that is wrong comes in one message, each with an example', () => {
    const text = `[
      {name: pg, kind: postgres, host: 10.0.0.1, databases: "circle,it's,host=x dbname=y,postgres://u:hunter22@h/d,-rf", password: hunter22},
      {name: pg, kind: mongo}, {kind: vault, service: x}, {name: m, kind: mongodb, servicefile: /x, port: 99999, key_file: /keys/none},
      {name: r, kind: rds}, {name: s, kind: postgres, service: a, login: b, tools: bin, foldr: /x}
    ]`;
    expect(findings(text)).toEqual([
      expect.stringContaining(
        'At \'DATASTORES\': datastore "pg": databases "it\'s" is not a name of a database',
      ),
      expect.stringContaining('datastore "pg": password is not read: passwords stay in files on that host.'),
      expect.stringContaining(
        `datastore "pg": host is set, and host_key is not (no console of EC2 tells it, and nothing is trusted unseen). Set it, for example host_key: ${HOST_KEY}.`,
      ),
      expect.stringContaining('datastore "pg": its name is another one’s too.'),
      expect.stringContaining(
        'datastore "pg": kind "mongo" is not a kind of datastore. Use one of postgres,',
      ),
      expect.stringContaining('datastore no. 3: no name. Give it one, for example name: pg.'),
      expect.stringContaining('datastore no. 3: no folder. Give it one, for example folder: /data/circle'),
      expect.stringContaining(
        'datastore no. 3: service is nothing for kind vault, which takes name, kind, folder,',
      ),
      expect.stringContaining('datastore "m": servicefile is nothing for kind mongodb'),
      expect.stringContaining('datastore "m": port "99999" is not a whole number from 1 to 65535.'),
      expect.stringContaining('datastore "m": port is set, and host is not.'),
      expect.stringContaining('datastore "m": key_file is set, and host is not.'),
      expect.stringContaining('datastore "m": its key_file cannot be read: there is no such file.'),
      expect.stringContaining(
        'datastore "r": no instance. Give it one, for example instance: circleci-postgres.',
      ),
      expect.stringContaining('datastore "s": tools "bin" is not an absolute path.'),
      expect.stringContaining('datastore "s": "foldr" is not known here. Did you mean folder?'),
      expect.stringContaining('datastore "s": service is set, and it says server and login already.'),
    ]);
    expect(findings(text).join()).not.toContain('hunter22');
  });

  test.each(["it's", 'a"b', 'host=x', 'postgres://h/d', '-rf', 'a b', 'a`b', '$(x)'])(
    'a database named %s is refused',
    (name) => {
      const text = JSON.stringify([{ name: 'pg', kind: 'postgres', databases: name }]);
      expect(findings(text)).toEqual([
        expect.stringContaining('is not a name of a database that the bot takes'),
      ]);
    },
  );

  test.each([
    ['no list', '{name: pg}', 'is not a list'],
    ['no YAML', '[{', 'is not a list'],
    ['nothing', '[]', 'names no datastore'],
    ['no map', '[pg]', 'has an item that is not a map'],
    ['a map in a map', '[{name: {a: b}}]', 'has a value that is neither a text nor a list of texts'],
    ['an alias', '[{name: &a pg}, {name: *a}]', 'has a value that is neither a text nor a list of texts'],
    ['too many', JSON.stringify(Array.from({ length: 21 }, () => ({}))), 'names more than 20 datastores'],
    ['too long', `[${'a'.repeat(20_001)}]`, 'is longer than 20000 characters'],
  ])('%s is refused', (_what, text, says) => {
    expect(findings(text)).toEqual([expect.stringContaining(says)]);
  });

  test('a partner that is missing is told', () => {
    expect(findings('[{name: pg, kind: postgres}]', {})).toEqual([
      expect.stringContaining(
        'set, and RESTIC_REPOSITORY, where restic keeps what is dumped, is not. Set it, for example RESTIC',
      ),
      expect.stringContaining('there is no key for that. Set SSH_PRIVATE_KEY_FILE, for example /run/'),
    ]);
    const alone = read({ SSH_PRIVATE_KEY_FILE: '/keys/services', DATASTORE_TIMEOUT: '1h' });
    expect(alone.ok ? '' : alone.message).toContain(
      "At 'DATASTORE_TIMEOUT': set, and DATASTORES is not. Set DATASTORES, for example DATASTORES=[{name: pg,",
    );
  });

  test('the keys to their hosts are secret', () => {
    const text = `[{name: pg, kind: postgres, host: h, host_key: "${HOST_KEY}", key_file: /keys/pg}]`;
    const result = read({ ...SSH, DATASTORES: text });
    if (!result.ok) throw new Error(result.message);
    const line = OWN.split('\n')[2] ?? '';
    expect(createQuote(result.config.secrets)(`x ${line}`)).not.toContain(line);
  });
});
