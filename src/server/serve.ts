import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseRefused, DatabaseUnreachable, migrate, ormOptions } from '#libs/persistence';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { persistence } from '../app.module.js';
import { createApp } from './app.js';
import { type Config, InvalidConfig } from './config.js';
import { readConfig } from './environment.js';
import { type Database, openDatabase } from './database.js';
import { Draining } from './draining.js';
import { newLogger } from './logging.js';
import { CredentialsService } from '../workspaces/credentials.service.js';

/** Exit codes of sysexits.h: for a start that may succeed later, and for one that needs the configuration changed. */
const exitCodes = { unavailable: 69, config: 78 };

const signals = ['SIGTERM', 'SIGINT'] as const;

/** Ends the process at once, and its PostgreSQL with it. While the server starts it has no requests to finish. */
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
  announce((await app.getUrl()) + config.basePath);
  if (database.embedded) await app.get(CredentialsService).makeFirstKey((key) => handOver(key, config.DATA_DIR));
  await signalled();
  await app.get(Draining).drain(app);
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
  // Removed last: while there is no listener Node drops a signal that has arrived.
  for (const signal of signals) process.off(signal, interrupt);
  return promise;
}

/** For the person at the terminal; the log is for machines. */
function announce(url: string): void {
  const lines = [`Afterword listens on ${url}`, `Dashboard: ${url}/dashboard`, `API documentation: ${url}/docs`];
  process.stderr.write(`${lines.join('\n')}\n`);
}

/** Shows the key on the terminal. Without one, what is printed ends up in a log: then it goes into a file for the owner. */
async function handOver(key: string, dataDir: string): Promise<() => void> {
  if (process.stdout.isTTY) {
    const rule = '─'.repeat(60);
    process.stdout.write(`${rule}\nAdministrator's API key, shown only this once:\n\n  ${key}\n\n${rule}\n`);
    return () => undefined;
  }
  const file = join(dataDir, 'administrator.key');
  await rm(file, { force: true });
  await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return () => process.stderr.write(`Administrator's API key: written to ${file}. Read it, then delete the file.\n`);
}
