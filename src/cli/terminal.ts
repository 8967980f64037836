import { BodyPipe } from '#libs/validation';
import { migrate, ormOptions } from '#libs/persistence';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule, persistence } from '../app.module.js';
import { readConfig } from '../server/environment.js';
import { visitDatabase } from '../server/database.js';
import { newLogger } from '../server/logging.js';

/** What the commands of the command line work with. */
export interface Terminal {
  /** Does `work` with the application on the server's database, whether the server runs or not. */
  with<T>(work: (application: INestApplicationContext) => Promise<T>): Promise<T>;
  /** Says `value` as JSON if that was asked for, else `text`. */
  say(value: unknown, text: string): void;
}

export async function withApplication<T>(work: (application: INestApplicationContext) => Promise<T>): Promise<T> {
  const config = readConfig(process.env);
  const logger = newLogger('warn', process.stderr);
  const database = await visitDatabase(config, () => undefined);
  try {
    config.ENCRYPTION_KEY ??= await database.encryptionKey();
    // Without waiting for a database that is away: a person waits for the command.
    await migrate(ormOptions(persistence(database.connection, logger)), 0);
    // A statement may take any time.
    const module = AppModule.forRoot(config, { ...database.connection, patient: true }, logger);
    const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    try {
      return await work(application);
    } finally {
      await application.close();
    }
  } finally {
    await database.close();
  }
}

/**
 * What was typed, checked by the rules of the request that says the same.
 * @throws InvalidInput
 */
export function checked<T extends object>(type: Type<T>, typed: object): T {
  return new BodyPipe().transform({ ...typed }, { type: 'body', metatype: type }) as T;
}

/** A table for people. */
export function table<Row extends object>(rows: Row[], columns: (keyof Row & string)[]): string {
  const cells: string[][] = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cell(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : '-';
}
