import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, rmdirSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, type Answer, call } from '../harness/app.js';
import { endServers, type Server, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

/** A disk of its own for the database: only root can make one. */
function mount(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes until nothing more goes in. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  for (let size = 1_048_576; size >= 1_024;) {
    try {
      if (writeSync(descriptor, Buffer.alloc(size)) < size) size /= 2;
    } catch {
      size /= 2;
    }
  }
  closeSync(descriptor);
}

const directory = mkdtempSync(join(tmpdir(), 'afterword-disk-'));
const isMounted = mount(directory);

(isMounted ? describe : describe.skip)('a database whose disk is full', () => {
  let server: Server;

  beforeAll(async () => {
    server = await startServer(join(directory, 'data'), {
      ADMIN_API_KEY: adminKey,
      RATE_LIMIT: '0',
      LOG_LEVEL: 'fatal',
    });
  }, 120_000);

  const submit = (id: string, details = ''): Promise<Answer> =>
    call(server, '/feedback', { body: { id, type: 'positive', messageId: 'm', details } });
  const readiness = async (): Promise<Answer> => call(server, '/readyz');

  it('503 to what writes, and never 500, /readyz is not ready, until there is room again', async () => {
    for (const id of ['a', 'b', 'c']) expect((await submit(id)).status).toBe(200);
    fill(join(directory, 'full'));
    const details = (): string => randomBytes(200_000).toString('hex');
    await until(async () => (await submit('large', details())).status === 503, 20_000);
    expect(await readiness()).toMatchObject({ status: 503, body: { storage: 'refused' } });
    const path = '/feedback/';
    for (const id of ['a', 'b', 'unknown']) {
      const { status } = await call(server, path + id, { method: 'DELETE' });
      expect([200, 404, 503]).toContain(status);
    }
    expect([200, 503]).toContain((await call(server, '/v1/respondents/ann', { method: 'DELETE' })).status);
    rmSync(join(directory, 'full'));
    await until(async () => (await readiness()).status === 200, 20_000);
    expect((await submit('large', details())).status).toBe(200);
    expect((await call(server, '/feedback/c')).status).toBe(200);
  }, 60_000);
});

afterAll(async () => {
  await endServers();
  if (isMounted) execFileSync('umount', ['-l', directory]);
  rmdirSync(directory);
}, 60_000);
