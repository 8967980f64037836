import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { DatabaseRefused, DatabaseUnreachable, migrate, ormOptions } from '#libs/persistence';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { persistence } from '../app.module.js';
import { createApp } from './app.js';
import { type Config, InvalidConfig, readConfig } from './config.js';
import { type Database, openDatabase } from './database.js';
import { HealthService } from '../health/health.service.js';
import { newLogger } from './logging.js';
import { CredentialsService } from '../workspaces/credentials.service.js';

/** Of sysexits.h: a start that may succeed later, and one that will not before somebody has changed something. */
const exitCodes = { unavailable: 69, config: 78 };

/** Milliseconds for what has been sent to arrive: once before connections are refused, once after. */
const grace = 250;

/** Milliseconds without a new connection after which the port can be closed without resetting anybody. */
const quiet = 100;

/** Milliseconds to wait for that. */
const patience = 1_000;

/** After this many milliseconds of draining, connections that still send, or do not take their answer, are cut. */
const drainFor = 8_000;

const signals = ['SIGTERM', 'SIGINT'] as const;

/** While the server starts nobody has been served: a signal ends the process at once, and its PostgreSQL with it. */
const interrupt = (): void => process.exit(0);

/** Runs the server until SIGTERM or SIGINT. */
export async function serve(): Promise<void> {
  try {
    const config = readConfig(process.env);
    const logger = newLogger(config.LOG_LEVEL);
    for (const signal of signals) process.on(signal, interrupt);
    const database = await openDatabase(config, (line) => logger.info({ context: 'PostgreSQL' }, line));
    try {
      await run(config, database, logger);
    } finally {
      await database.close();
    }
    process.exit(0);
  } catch (error) {
    const unreachable = error instanceof DatabaseUnreachable;
    if (!(unreachable || error instanceof DatabaseRefused || error instanceof InvalidConfig)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(unreachable ? exitCodes.unavailable : exitCodes.config);
  }
}

async function run(config: Config, database: Database, logger: Logger): Promise<void> {
  await migrate(ormOptions(persistence(database.connection, logger)));
  config.ENCRYPTION_KEY ??= await database.encryptionKey();
  const app = await createApp(config, database.connection, logger);
  await listen(app, config);
  // Not before it is certain that it will be shown.
  const firstKey = database.embedded ? await app.get(CredentialsService).makeFirstKey() : null;
  announce(await app.getUrl(), firstKey);
  await signalled();
  await drain(app);
}

async function listen(app: NestFastifyApplication, { PORT, HOST }: Config): Promise<void> {
  try {
    await app.listen(PORT, HOST);
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    throw syscall ? new InvalidConfig([`PORT ${PORT} of HOST ${HOST} cannot be listened on: ${message}`]) : error;
  }
}

/** Resolves at the first signal to stop. The second ends the process at once. */
function signalled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let heard = 0;
  for (const signal of signals) process.on(signal, () => (heard++ === 0 ? resolve() : process.exit(1)));
  // Not before there is another listener: without one, Node drops a signal that has arrived and not been told yet.
  for (const signal of signals) process.off(signal, interrupt);
  return promise;
}

/** For the person at the terminal; the log is for machines. */
function announce(url: string, firstKey: string | null): void {
  const lines = [`Afterword listens on ${url}`, `Dashboard: ${url}/dashboard`, `API documentation: ${url}/docs`];
  if (firstKey) lines.push(`Administrator's API key, shown only this once: ${firstKey}`);
  process.stderr.write(`${lines.join('\n')}\n`);
}

/**
 * Answers every request that has been sent, then closes. At first connections are still taken, each for one more answer,
 * so that what is on its way arrives and a balancer can look elsewhere. After 8 s whoever still sends, or has not taken
 * the answer, is cut off.
 */
async function drain(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const health = app.get(HealthService);
  health.drain();
  const cut = setTimeout(() => server.closeAllConnections(), drainFor);
  await closePort(server, health);
  await delay(grace);
  await app.close();
  clearTimeout(cut);
}

/**
 * Takes connections for another grace, then refuses them. Those that wait to be taken when the port is closed are reset,
 * with the requests that they have sent. So answers are held back for a while, after which a client would connect anew,
 * and the port is closed when nobody has connected for a tenth of a second; or after a second.
 */
async function closePort(server: Server, health: HealthService): Promise<void> {
  await delay(grace);
  const release = health.holdAnswers();
  const begun = performance.now();
  let connectedAt = begun;
  server.on('connection', () => void (connectedAt = performance.now()));
  // After a turn: whoever has connected is taken.
  for (let now = begun; now - connectedAt <= quiet && now - begun <= patience; now = performance.now()) await turn();
  // Unlike http.Server.close(), this leaves alone the connections that are idle just now.
  NetServer.prototype.close.call(server);
  release();
}
