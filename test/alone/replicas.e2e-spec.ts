import { CredentialDirectory, newApiKey } from '#libs/access';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';
import { callAs } from '../harness/clients.js';
import { makeCredential } from '../harness/credential.js';
import { until } from '../harness/until.js';

const listeners = `select pid from pg_stat_activity
  where datname = current_database() and application_name = 'listens to credential_changed'`;
const body = { type: 'positive', messageId: 'm' };
const submit = (app: TestApp, key: string, headers?: Record<string, string>) =>
  call(app, '/feedback', { key, body, headers });
const revoke = (app: TestApp, id: string) => call(app, `/v1/credentials/${id}`, { method: 'DELETE' });

describe('two servers on one PostgreSQL', () => {
  let one: TestApp;
  let two: TestApp;

  beforeAll(async () => {
    one = await startApp();
    two = await startApp({}, { beside: one });
  });

  afterAll(async () => {
    await two.close();
    await one.close();
  });

  it('refuse a client within a second of its being revoked at the other', async () => {
    const { id, clientId, clientSecret } = await makeCredential(one, { type: 'client' });
    const directory = two.nest.get<CredentialDirectory>(CredentialDirectory);
    const before = await directory.byClientId(clientId);
    expect(before?.secrets).toEqual([clientSecret]);
    expect(await directory.byClientId(clientId)).toBe(before);
    const { body: rotated } = await call(one, `/v1/credentials/${id}/rotation`, { body: {} });
    await until(async () => (await directory.byClientId(clientId)) !== before, 1_000);
    expect((await directory.byClientId(clientId))?.secrets).toEqual([rotated.clientSecret, clientSecret]);
    await revoke(one, id);
    await until(async () => (await directory.byClientId(clientId)) === null, 1_000);
  });

  it('refuse a key within a second of its being revoked though the connection hangs that listens, and make another', async () => {
    const { id, key } = await makeCredential(one);
    const listening = async (): Promise<number[]> =>
      (await one.query<{ pid: number }>(listeners)).map(({ pid }) => pid);
    for (const app of [one, two]) expect((await submit(app, key)).status).toBe(200);
    const hanging = await listening();
    expect(hanging).toHaveLength(2);
    for (const pid of hanging) process.kill(pid, 'SIGSTOP');
    try {
      await one.query('delete from credential where id = $1', [id]);
      await until(
        async () => (await submit(one, key)).status === 401 && (await submit(two, key)).status === 401,
        1_000,
      );
      await until(async () => (await listening()).filter((pid) => !hanging.includes(pid)).length === 2);
    } finally {
      for (const pid of hanging) process.kill(pid, 'SIGCONT');
    }
  });

  it('ask the database once for many requests', async () => {
    const { id, key } = await makeCredential(one);
    const made = await makeCredential(one, { type: 'client' });
    const client = { id: made.clientId, secret: made.clientSecret };
    const register = () => callAs(client, two, '/v1.0/user/', { body: { auth_id: 'A' } });
    const later = await makeCredential(one);
    await submit(two, later.key);
    await revoke(one, later.id);
    // Notifications come in order: who has heard of the revocation has heard of everything before it.
    await until(async () => (await submit(two, later.key)).status === 401, 5_000);
    await submit(two, key);
    await register();
    // Unseen by the application: no trigger of another row, and the table is as the cache must not see it.
    await one.query('alter table credential disable trigger credential_changed');
    await one.query(`update credential set scopes = '{}' where id = any($1)`, [[id, made.id]]);
    await one.query('alter table credential enable trigger credential_changed');
    for (let i = 0; i < 20; i++) {
      expect(await submit(two, key)).toMatchObject({ status: 200 });
      expect(await register()).toMatchObject({ status: 200 });
    }
  });

  it('refuse within 30 seconds what nobody told them is revoked', async () => {
    const { id, key } = await makeCredential(one);
    expect(await submit(two, key)).toMatchObject({ status: 200 });
    await one.query('alter table credential disable trigger credential_changed');
    await one.query(`delete from credential where id = '${id}'`);
    await one.query('alter table credential enable trigger credential_changed');
    expect(await submit(two, key)).toMatchObject({ status: 200 });
    const now = performance.now.bind(performance);
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 30_000);
    expect(await submit(two, key)).toMatchObject({ status: 401 });
    clock.mockRestore();
  });

  it('forget everything when they could not hear for a while', async () => {
    const { id, key } = await makeCredential(one);
    expect(await submit(two, key)).toMatchObject({ status: 200 });
    const deafen = `select pg_terminate_backend(pid) from (${listeners}) listening`;
    expect(await one.query(deafen)).toHaveLength(2);
    await one.query(`delete from credential where id = '${id}'`);
    await until(async () => (await submit(two, key)).status === 401, 3_000);
  });
});

describe('a thousand wrong keys from one address', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ RATE_LIMIT: 600, TRUST_PROXY: 'loopback' });
  });

  afterAll(() => app.close());

  it('are limited, and lock out no right key', async () => {
    const { key } = await makeCredential(app);
    const statuses = new Map<number, number>();
    for (let i = 0; i < 1_000; i += 50) {
      const guesses = Array.from({ length: 50 }, () => submit(app, newApiKey(), from('203.0.113.7')));
      for (const { status } of await Promise.all(guesses)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect(Object.fromEntries(statuses)).toEqual({ 401: 60, 429: 940 });
    expect(await submit(app, key, from('203.0.113.8'))).toMatchObject({ status: 200 });
    expect(await submit(app, key, from('203.0.113.7'))).toMatchObject({ status: 200 });
    expect(await submit(app, newApiKey(), from('203.0.113.8'))).toMatchObject({ status: 401 });
  });

  it('count against where they come from, not against where they say they do, unless a proxy is trusted', async () => {
    const other = await startApp({ RATE_LIMIT: 600 }, { beside: app });
    const statuses: number[] = [];
    for (let i = 0; i < 61; i++) statuses.push((await submit(other, newApiKey(), from(`203.0.113.${i}`))).status);
    await other.close();
    expect(statuses).toEqual([...Array<number>(60).fill(401), 429]);
  });
});
