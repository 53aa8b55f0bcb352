import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { selfSigned } from '../../../../sandbox/machine/circleci/certificate.ts';
import { type MachineWorld, machineWorld, RESTORED } from '../harness.ts';

let world: MachineWorld;
beforeEach(async () => {
  world = await machineWorld();
  world.machines.names.set('ci.acme-rail.example', '203.0.113.40');
});
afterEach(() => world.close());

interface Got {
  status: number;
  text: string;
}

async function get(
  path: string,
  { host = 'ci.acme-rail.example', port = 443, headers = {} } = {},
): Promise<Got> {
  const socket = (await world.dial(host, port)) as Socket;
  return new Promise((resolve, reject) => {
    const asking = request(
      { createConnection: () => socket, path, headers: { host, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          socket.destroy();
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}

const asJson = { 'circle-token': 'sandbox-circleci-token-0000000000000000', accept: 'application/json' };

test('CircleCI answers under its own name while it is started', async () => {
  expect(await get('/')).toMatchObject({ status: 200, text: expect.stringContaining('CircleCI') });
  expect(await get('/', { headers: { host: 'other.example' } })).toMatchObject({ status: 404 });
  await world.run('sudo replicatedctl app stop -f');
  expect(await get('/')).toMatchObject({ status: 502 });
  expect(await get('/', { port: 8800 })).toMatchObject({ status: 200 });
});

test.each([443, 8800])('at port %i it speaks TLS too, with a certificate of its own', async (port) => {
  const host = 'ci.acme-rail.example';
  const socket = (await world.dial('10.20.1.12', port)) as Socket;
  const secure = connectTls({ socket, servername: host, rejectUnauthorized: false });
  await once(secure, 'secureConnect');
  expect([secure.getPeerCertificate().subject.CN, secure.authorized]).toEqual([host, false]);
  secure.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const [first] = await once(secure, 'data');
  expect(String(first)).toMatch(/^HTTP\/1\.1 200 /);
  secure.destroy();
});

test('a certificate is one that whoever trusts it can check', async () => {
  const { cert, key } = selfSigned('ci.acme-rail.example');
  const read = new X509Certificate(cert);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.checkHost('ci.acme-rail.example')).toBe('ci.acme-rail.example');
  expect(read.checkHost('other.example')).toBeUndefined();
});

test('a web server that is down, and a port nobody listens at', async () => {
  await expect(get('/', { port: 8080 })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(get('/', { host: 'nowhere.example' })).rejects.toMatchObject({ code: 'ENOTFOUND' });
  world.prod.faults.web = 'down';
  await expect(get('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('the API wants a token, and speaks EDN to who does not ask for JSON', async () => {
  expect(await get('/api/v1.1/recent-builds', { headers: { accept: 'application/json' } })).toEqual({
    status: 401,
    text: '{"message":"You must log in first."}',
  });
  const edn = await get('/api/v1.1/recent-builds?limit=1', { headers: { ...asJson, accept: '*/*' } });
  expect(edn.text).toMatch(/^\(\{:build_num 1223, :build_url "https:/);
});

test('recent builds, newest first, page by page', async () => {
  const page = async (query: string) =>
    JSON.parse((await get(`/api/v1.1/recent-builds?shallow=true&${query}`, { headers: asJson })).text);
  const first = await page('limit=10');
  const second = await page('limit=100&offset=10');
  expect([first.length, second.length]).toEqual([10, 14]);
  expect(first[0]).toEqual({
    build_num: 1223,
    build_url: 'https://ci.acme-rail.example/gh/acme-rail/signal.box/1223',
    username: 'acme-rail',
    reponame: 'signal.box',
    vcs_type: 'github',
    branch: 'release-4.2',
    subject: 'Change 24',
    lifecycle: 'queued',
    status: 'queued',
    outcome: null,
    queued_at: '2026-11-23T02:49:00.000Z',
    start_time: null,
    stop_time: null,
    committer_name: 'cleo',
    user: { login: 'cleo', name: 'cleo', is_user: true },
  });
  expect(new Set([...first, ...second].map(({ build_num }) => build_num)).size).toBe(24);
});

test('running builds of one project', async () => {
  const path = '/api/v1.1/project/github/acme-rail/timetable?filter=running';
  const builds = JSON.parse((await get(path, { headers: asJson })).text);
  expect(builds).toHaveLength(1);
  expect(builds[0]).toMatchObject({ lifecycle: 'running', stop_time: null, vcs_type: 'github' });
  expect((await get('/api/v1.1/project/github/acme-rail/%E0%A4%A', { headers: asJson })).status).toBe(404);
});

test('builds end on the clock, but those of a restored machine never do', async () => {
  world.restored();
  world.clock.advance(24 * 3_600_000);
  const path = '/api/v1.1/project/gh/acme-rail/timetable?filter=running';
  const at = async (host: string) => JSON.parse((await get(path, { host, headers: asJson })).text).length;
  expect([await at('203.0.113.40'), await at(RESTORED.publicIp)]).toEqual([0, 1]);
});

test('the name leads to whoever has the address', async () => {
  const restored = world.restored();
  world.clock.advance(600_000);
  world.machines.hooks.halted(world.prod.instanceId);
  await expect(get('/')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  world.machines.hooks.addressed(restored.instanceId, {
    privateIp: RESTORED.privateIp,
    publicIp: '203.0.113.40',
  });
  expect((await get('/')).status).toBe(200);
  await expect(get('/', { host: RESTORED.publicIp })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('a dial that is given up', async () => {
  world.prod.faults.ssh = 'silent';
  world.machines.timing.noAnswer = Number.POSITIVE_INFINITY;
  const stop = new AbortController();
  const dialing = world.dial('10.20.1.12', 22, stop.signal);
  stop.abort(new Error('given up'));
  await expect(dialing).rejects.toThrow('given up');
});

test('where it is busy, the next build begins as one ends', async () => {
  await world.close();
  world = await machineWorld({ busy: true });
  world.machines.names.set('ci.acme-rail.example', '203.0.113.40');
  const numbers = async () => {
    const { text } = await get('/api/v1.1/recent-builds?limit=100', { headers: asJson });
    const running = JSON.parse(text).filter((build: { lifecycle: string }) => build.lifecycle === 'running');
    return running.map((build: { build_num: number }) => build.build_num).sort();
  };
  expect(await numbers()).toEqual([1220, 1221, 1222]);
  world.clock.advance(30 * 24 * 3_600_000);
  const later = await numbers();
  expect(later).toHaveLength(3);
  expect(Math.min(...later)).toBeGreaterThan(1223);
});
