import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server as NetServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adminKey, call } from '../harness/app.js';
import { asSuperuser, connectTo, host, newDatabase, port, urlOf } from '../harness/database.js';
import { proxyTo } from '../harness/database-proxy.js';
import { rawRequest } from '../harness/raw.js';
import { endServers, spawnServer, type Started, startServer } from '../harness/server.js';
import { until } from '../harness/until.js';

const nobody = `nobody_${process.env['JEST_WORKER_ID']}`;

// All run at the same time: each has a database or a directory of its own, and they wait more than they work.
let directory: string;
let taken: NetServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'afterword-start-'));
  await asSuperuser(async (client) => {
    await client.query(`drop role if exists ${nobody}`);
    await client.query(`create role ${nobody} login`);
  });
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  await mkdir(join(directory, 'foreign'));
  await writeFile(join(directory, 'foreign', 'file'), '');
});
afterAll(async () => {
  await endServers();
  taken.close();
  await rm(directory, { recursive: true });
}, 60_000);

const newUrl = async (name: string, how?: string): Promise<string> => urlOf(await newDatabase(`start_${name}`, how));
const nowhere = { host, port, user: 'afterword', dbName: 'nowhere' };

const portTaken = (): string => String((taken.address() as { port: number }).port);

const withUrl = (DATABASE_URL: string): Record<string, string> => ({ DATABASE_URL, ADMIN_API_KEY: adminKey });

const keyFile = /^Administrator's API key: written to (.+)\. Read it, then delete the file\.$/m;

async function keyFileOf(server: Started): Promise<string> {
  await until(() => keyFile.test(server.output()), 10_000);
  return keyFile.exec(server.output())![1]!;
}

/** `npm start` in a terminal, of which `script` makes one. */
const script = ['/usr/bin/script'].find((file) => existsSync(file));

describe('npm start', () => {
  const example = {
    type: 'positive',
    messageId: 'message-1',
    reasons: [{ label: 'Accurate', details: 'It knew my plan.' }],
  };

  it.concurrent(
    'on nothing says where it listens, where the documentation is, and which file holds the key that submits the first feedback',
    async () => {
      const dataDir = join(directory, 'a name with spaces');
      const first = await startServer(dataDir);
      const said = first.output();
      expect(said).toContain(`Afterword listens on ${first.url}\n`);
      expect(said).toContain(`API documentation: ${first.url}/docs\n`);
      const file = await keyFileOf(first);
      expect(file).toBe(join(dataDir, 'administrator.key'));
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      const key = (await readFile(file, 'utf8')).trim();
      const { status, body } = await call(first, '/feedback', { body: example, key });
      expect([status, body]).toEqual([200, expect.objectContaining(example)]);
      expect(await first.end('SIGTERM')).toBe(0);
      expect(first.output()).not.toContain(key);
      expect(first.output()).not.toMatch(/RouterExplorer|InstanceLoader/);

      const again = await startServer(dataDir);
      expect(again.output()).not.toMatch(/key/i);
      expect((await call(again, `/feedback/${body.id}`, { key })).body).toMatchObject(body);
      expect(await again.end('SIGTERM')).toBe(0);
    },
    120_000,
  );

  (script ? it.concurrent : it.concurrent.skip)(
    'in a terminal shows the key there, last of all and nowhere else',
    async () => {
      const dataDir = join(directory, 'terminal');
      const command = `exec '${process.execPath}' dist/src/main.js`;
      const server = await startServer(dataDir, {}, [script!, '--quiet', '--command', command, '/dev/null']);
      await until(() => /shown only this once/.test(server.output()), 10_000);
      const [, key = ''] = /^─+\s+Administrator's API key, shown only this once:\s+(aw_\w+)\s+─+\s*$/m.exec(
        server.output(),
      )!;
      expect(server.output().split(key)).toHaveLength(2);
      // The key is shown a moment before it is valid.
      await until(async () => (await call(server, '/feedback', { body: example, key })).status === 200);
      expect(await readdir(dataDir)).not.toContain('administrator.key');
      await server.end('SIGTERM');
    },
    120_000,
  );

  it.concurrent(
    'in a container is found ready by HEALTHCHECK, whatever PORT is',
    async () => {
      const dockerfile = await readFile(join(import.meta.dirname, '../../Dockerfile'), 'utf8');
      const [, json = ''] = /^HEALTHCHECK [^]*?CMD (\[.*\])$/m.exec(dockerfile)!;
      const [, ...check] = JSON.parse(json) as string[];
      const server = await startServer(directory, withUrl(await newUrl('healthy')));
      const isHealthy = (): Promise<number | null> => {
        const options = { env: { PORT: new URL(server.url).port } };
        return once(spawn(process.execPath, check, options), 'exit').then(([code]) => code as number | null);
      };
      expect(await isHealthy()).toBe(0);
      await server.end('SIGTERM');
      expect(await isHealthy()).toBe(1);
    },
    60_000,
  );

  it.concurrent(
    'that failed because the port was taken has not used up the key: the next one shows it',
    async () => {
      const dataDir = join(directory, 'unheard');
      const child = spawnServer(dataDir, { PORT: portTaken() });
      expect(await child.exit).toBe(78);
      const server = await startServer(dataDir);
      await keyFileOf(server);
      await server.end('SIGTERM');
    },
    120_000,
  );

  it.concurrent(
    'ended by a signal while PostgreSQL is being initialised lets the next one begin anew',
    async () => {
      const dataDir = join(directory, 'interrupted');
      const child = spawnServer(dataDir);
      await until(() => child.output().includes('initialising PostgreSQL'), 30_000);
      child.process.kill('SIGINT');
      expect(await child.exit).toBe(0);
      const server = await startServer(dataDir, { ADMIN_API_KEY: adminKey });
      expect(await server.end('SIGTERM')).toBe(0);
    },
    120_000,
  );

  it.concurrent(
    'ends at once at a second signal, whoever is being answered',
    async () => {
      const server = await startServer(directory, withUrl(await newUrl('impatient')));
      const { hostname, port: own } = new URL(server.url);
      const sending = connect(Number(own), hostname);
      await once(sending, 'connect');
      sending.on('error', () => undefined);
      sending.write(rawRequest('POST /feedback', ['Content-Type: application/json', 'Content-Length: 9']));
      await (await fetch(`${server.url}/livez`)).text();
      server.process.kill('SIGTERM');
      await until(async () => (await fetch(`${server.url}/readyz`).catch(() => null))?.status !== 200);
      // Without the second it would wait for the rest of the body, and end with 0.
      expect(await server.end('SIGTERM')).toBe(1);
      sending.destroy();
    },
    60_000,
  );

  it.concurrent(
    'never replaces the key that seals the secrets: 78 where its file holds something else',
    async () => {
      const dataDir = join(directory, 'sealed');
      const server = await startServer(dataDir, { ADMIN_API_KEY: adminKey });
      await server.end('SIGTERM');
      const file = join(dataDir, 'encryption.key');
      expect((await readFile(file, 'utf8')).trim()).toHaveLength(44);
      await writeFile(file, 'spoilt');
      const child = spawnServer(dataDir, { ADMIN_API_KEY: adminKey });
      expect(await child.exit).toBe(78);
      expect(child.output()).toContain(`${file} holds no key: restore it, or remove it to begin anew`);
      expect(await readFile(file, 'utf8')).toBe('spoilt');
    },
    120_000,
  );

  it.concurrent(
    'twice at once on one empty database serves it twice',
    async () => {
      const settings = withUrl(await newUrl('shared'));
      const servers = await Promise.all([1, 2].map(() => startServer(directory, settings)));
      const { body } = await call(servers[0]!, '/feedback', { body: { type: 'positive', messageId: 'm' } });
      expect((await call(servers[1]!, `/feedback/${body.id}`)).status).toBe(200);
      await Promise.all(servers.map((server) => server.end('SIGTERM')));
    },
    120_000,
  );

  it.concurrent(
    'waits for a database that does not answer yet, until a signal ends it',
    async () => {
      const child = spawnServer(directory, withUrl('postgres://afterword@127.0.0.1:1/afterword'));
      await until(() => child.output().includes('The database cannot be reached yet: connect ECONNREFUSED'), 30_000);
      child.process.kill('SIGTERM');
      expect(await child.exit).toBe(0);
    },
    60_000,
  );

  it.concurrent(
    'serves as soon as the database answers',
    async () => {
      const place = await newDatabase('start_late');
      const proxy = await proxyTo(host, port);
      await proxy.cut();
      const settings = withUrl(urlOf({ ...place, host: '127.0.0.1', port: proxy.port }));
      const child = spawnServer(directory, settings);
      await until(() => child.output().includes('The database cannot be reached yet'), 30_000);
      await proxy.mend();
      await until(() => child.output().includes('Afterword listens on'), 30_000);
      child.process.kill('SIGTERM');
      expect(await child.exit).toBe(0);
      await proxy.cut();
    },
    60_000,
  );

  it.concurrent.each<[string, () => Promise<Record<string, string>>, RegExp]>([
    [
      'the port is taken',
      async () => ({ ...withUrl(await newUrl('port')), PORT: portTaken() }),
      /^- PORT \d+ of HOST 127\.0\.0\.1 cannot be listened on: .*address already in use/m,
    ],
    [
      'DATABASE_URL names no database',
      async () => withUrl('postgres://127.0.0.1'),
      /^- DATABASE_URL must be a URL such as postgres:/m,
    ],
    [
      'BASE_PATH begins like a path of the server',
      async () => ({ ...withUrl(await newUrl('path')), BASE_PATH: '/v1/feedback' }),
      /^- BASE_PATH must not begin with \/v1, where paths of the server begin$/m,
    ],
    ['the database is not there', async () => withUrl(urlOf(nowhere)), /^The database refuses: .*"nowhere" does not/m],
    [
      'the role is not there',
      async () => withUrl(urlOf({ ...nowhere, user: 'nemo' })),
      /^The database refuses: .*"nemo" does not/m,
    ],
    [
      'the role may make no tables',
      async () => {
        const place = await newDatabase('start_strange');
        return withUrl(urlOf({ ...place, user: nobody }));
      },
      /^The database refuses: permission denied for schema public/m,
    ],
    [
      'the database takes no changes',
      async () => withUrl(`${await newUrl('standby')}?options=-c%20default_transaction_read_only%3Don`),
      /^The database refuses: .*read-only transaction/m,
    ],
    [
      'the server does not speak TLS and sslmode asks for it',
      async () => withUrl(`${await newUrl('tls')}?sslmode=verify-full`),
      /^The database refuses: The server does not support SSL connections/m,
    ],
    [
      'the encoding of the database holds not every character',
      async () => withUrl(await newUrl('latin', "encoding 'LATIN1' template template0")),
      /^The encoding of the database is LATIN1\. /m,
    ],
    [
      'PostgreSQL is older than 16',
      async () => {
        const place = await newDatabase('start_old');
        const client = await connectTo(place);
        await client.query(`
          create schema fake;
          create function fake.current_setting(name text) returns text language sql return
            case name when 'server_version_num' then '150014' else pg_catalog.current_setting(name) end`);
        await client.end();
        return withUrl(`${urlOf(place)}?options=-c%20search_path%3Dpublic,fake,pg_catalog`);
      },
      /^PostgreSQL 16 or newer is needed; the database runs /m,
    ],
    [
      'DATA_DIR holds the files of somebody else',
      async () => ({ DATA_DIR: join(directory, 'foreign') }),
      /foreign holds files that this server did not make\. /,
    ],
    [
      'DATA_DIR cannot be made',
      async () => ({ DATA_DIR: join(directory, 'foreign', 'file', 'data') }),
      /data cannot be used: ENOTDIR/,
    ],
  ])(
    'that cannot be ends with exit code 78, a sentence and no stack: %s',
    async (_, settings, sentence) => {
      const child = spawnServer(directory, { PORT: '0', ...(await settings()) });
      expect(await child.exit).toBe(78);
      expect(child.output()).toMatch(sentence);
      expect(child.output()).not.toMatch(/^\s+at |node:internal|node_modules/m);
    },
    60_000,
  );
});
