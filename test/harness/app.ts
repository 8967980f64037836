import { migrate, ormOptions, refusedStatements } from '#libs/persistence';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import type { DestinationStream } from 'pino';
import { persistence } from '../../src/app.module.js';
import { createApp } from '../../src/server/app.js';
import { Config } from '../../src/server/config.js';
import { newLogger } from '../../src/server/logging.js';
import { asSuperuser, connectTo, newDatabase, type Place } from './database.js';
import { expectDocumented, mediaTypeFor } from './documented.js';
import { expectSecrecy, remember } from './secrecy.js';
import { watch } from './watched.js';

/** The administrator's key of every application under test. */
export const adminKey = 'administrator-of-the-tests-5f0cW2qLx8';

/** With which every application under test seals. */
export const encryptionKey = '0123456789abcdef'.repeat(4);

/** The application under test, listening on loopback, with a database of its own. */
export interface TestApp {
  nest: NestFastifyApplication;
  url: string;
  port: number;
  connection: Place;
  /** Asks the database directly. */
  query<Row extends pg.QueryResultRow = Record<string, never>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A connection to the database of the caller's own. */
  connect(): Promise<pg.Client>;
  /** How many wait for a lock in the database. */
  waitingForLocks(): Promise<number>;
  /** @throws Error where an answer was none of those that the OpenAPI document knows */
  close(): Promise<void>;
}

/** What is not the environment's. */
export interface Surroundings {
  /** Shares the database of this one. By default it gets an empty one. */
  beside?: Pick<TestApp, 'connection'>;
  /** Where the log goes. By default nowhere, after it was seen to hold no secret. */
  log?: DestinationStream;
  /** The test makes deadlocks. By default one fails it, though the transaction was repeated. */
  deadlocks?: boolean;
  /** Another way to the database. */
  via?: Pick<Place, 'host' | 'port'>;
}

/** Starts the application. `settings` are the environment's; nothing is limited unless they say so. */
export async function startApp(
  settings: Partial<Config> = {},
  { beside, log, via, deadlocks }: Surroundings = {},
): Promise<TestApp> {
  const defaults = { LOG_LEVEL: 'trace', ADMIN_API_KEY: adminKey, ENCRYPTION_KEY: encryptionKey, RATE_LIMIT: 0 };
  const config = Object.assign(new Config(), defaults, settings);
  let logged = '';
  const logger = newLogger(config.LOG_LEVEL, log ?? { write: (line) => void (logged += line) });
  const connection = beside?.connection ?? (await emptyDatabase());
  const { dbName: database, ...place } = connection;
  const pool = new pg.Pool({ ...place, database, application_name: 'test', max: 2 });
  // An ended pool may still be closing a connection when the next file drops the database, which cuts it.
  pool.on('error', () => undefined);
  const nest = await createApp(config, { ...connection, ...via }, logger);
  const watched = watch(nest.getHttpServer(), config.basePath);
  await nest.listen(0, '127.0.0.1');
  const { port } = nest.getHttpServer().address() as { port: number };
  return {
    nest,
    url: `http://127.0.0.1:${port}`,
    port,
    connection,
    query: async (text, values) => (await pool.query(text, values)).rows,
    connect: () => connectTo(connection),
    waitingForLocks: async () => (await pool.query(waiting)).rows.length,
    close: async () => {
      await nest.close();
      await expectSecrecy(pool, logged, [adminKey, encryptionKey]).finally(() => pool.end());
      if (!deadlocks && refusedStatements.has('40P01')) throw new Error('transactions met in a deadlock');
      watched.expectDocumented();
    },
  };
}

const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

/** One per Jest worker, made anew at every use from one that was migrated at the first. */
async function emptyDatabase(): Promise<Place> {
  const template = `template_${process.env['JEST_WORKER_ID']}`;
  const { rows } = await asSuperuser((client) =>
    client.query('select from pg_database where datname = $1', [template]),
  );
  if (rows.length === 0) await migrate(ormOptions(persistence(await newDatabase('template'), newLogger('warn'))));
  return newDatabase('test', `template ${template}`);
}

/** An answer with its body read: JSON where it is JSON, else text. */
export interface Answer {
  /** The body as it was sent. */
  text: string;
  status: number;
  headers: Headers;
  // Tests look into bodies of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

export interface Call {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
  /** The API key; the administrator's by default, null for none. */
  key?: string | null;
}

/** An application of the test's own process, or a server in another. */
export type Reachable = Pick<TestApp, 'url'>;

/** Calls the application under test; POST if there is a body. Fails where the OpenAPI document knows no such answer. */
export async function call({ url }: Reachable, path: string, options: Call = {}): Promise<Answer> {
  const { body, raw, key = adminKey, headers = {} } = options;
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const method = options.method ?? (payload === undefined ? 'GET' : 'POST');
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(payload !== undefined && { 'content-type': mediaTypeFor(method, path) }),
      ...headers,
    },
    body: payload as string | undefined,
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
  const answer = { status: response.status, body: isJson && text !== '' ? JSON.parse(text) : text };
  expectDocumented({ method, path, headers: Object.fromEntries(response.headers), ...answer });
  remember(path, answer.body);
  return { ...answer, text, headers: response.headers };
}
