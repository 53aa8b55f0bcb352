import { createHealthServer, type HealthCheck, type HealthServer } from '../../src/ops/health.ts';

const metrics = { render: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }) };

describe('health server', () => {
  let server: HealthServer | undefined;
  let ready = true;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function serve(checks: () => Promise<HealthCheck[]>, limitMs?: number): Promise<string> {
    server = createHealthServer({
      host: '127.0.0.1',
      port: 0,
      metrics,
      checks,
      isReady: () => ready,
      version: '1.2.3',
      ...(limitMs !== undefined && { limitMs }),
    });
    return `http://127.0.0.1:${await server.start()}`;
  }

  it('says ok while every check is', async () => {
    const checks = [{ name: 'store', ok: true, detail: 'can be written' }];
    const response = await fetch(`${await serve(async () => checks)}/healthz?x=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ status: 'ok', version: '1.2.3', checks });
  });

  it('says failing, and which check', async () => {
    const checks = [
      { name: 'store', ok: true, detail: 'can be written' },
      { name: 'slack', ok: false, detail: 'not connected for 5 min' },
    ];
    const response = await fetch(`${await serve(async () => checks)}/healthz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'failing', version: '1.2.3', checks });
  });

  it('is alive whatever fails, and ready once it has started', async () => {
    const url = await serve(async () => [{ name: 'slack', ok: false, detail: 'not connected' }]);
    const status = async (path: string) => (await fetch(`${url}${path}`)).status;
    ready = false;
    expect([await status('/livez'), await status('/readyz'), await status('/healthz')]).toEqual([
      200, 503, 503,
    ]);
    ready = true;
    expect([await status('/livez'), await status('/readyz'), await status('/healthz')]).toEqual([
      200, 200, 503,
    ]);
  });

  it('says failing when a check throws, without telling strangers why', async () => {
    const response = await fetch(
      `${await serve(() => {
        throw new Error('secret path');
      })}/healthz`,
    );
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).toContain('the log says why');
    expect(text).not.toContain('secret path');
  });

  it('says failing when the checks hang, and starts no second round beside a hanging one', async () => {
    let rounds = 0;
    let finish: (checks: HealthCheck[]) => void = () => undefined;
    const url = await serve(() => {
      rounds += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    }, 20);
    const both = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/healthz`)]);
    expect(both.map((response) => response.status)).toEqual([503, 503]);
    expect(await both[0]?.json()).toEqual({
      status: 'failing',
      version: '1.2.3',
      checks: [{ name: 'checks', ok: false, detail: 'no answer within 0.02 s' }],
    });
    expect(rounds).toBe(1);
    finish([]);
    const again = fetch(`${url}/healthz`);
    await again;
    expect(rounds).toBe(2);
    finish([]);
  });

  it('gives the metrics', async () => {
    const response = await fetch(`${await serve(async () => [])}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await response.text()).toBe('up 1\n');
  });

  it('answers HEAD without a body, other methods with 405, other paths with 404', async () => {
    const url = await serve(async () => []);
    const head = await fetch(`${url}/healthz`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const post = await fetch(`${url}/healthz`, { method: 'POST', body: 'x' });
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${url}/`)).status).toBe(404);
    expect((await fetch(`${url}/healthz/x`)).status).toBe(404);
  });

  it('refuses to start on a taken port', async () => {
    const url = await serve(async () => []);
    const second = createHealthServer({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      metrics,
      checks: async () => [],
      isReady: () => true,
      version: '1.2.3',
    });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
