import { MikroOrmModule } from '@mikro-orm/nestjs';
import { type EntityManager, type Options, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type pg from 'pg';
import { boundedDriverOptions } from './bounded-client.js';
import { DatabaseClock } from './database-clock.js';
import { LoneStatements } from './lone-statements.js';
import type { SqlMigration } from './sql-migrations.js';
import { Transactions } from './transactions.js';
import { ReadingTurns } from './turns.js';

export interface PersistenceOptions {
  /** Where the database is: a URL, or host, port, user and dbName. */
  connection: Pick<Options, 'clientUrl' | 'host' | 'port' | 'user' | 'password' | 'dbName'> & {
    /** A statement may take any time. By default it is broken off after some seconds. */
    patient?: boolean;
  };
  entities: Options['entities'];
  /** The migrations of this product, oldest first. */
  migrations: SqlMigration[];
  /** Hears what MikroORM has to say: migrations, broken connections. No value of a row is among it. */
  log: (message: string) => void;
}

/** The options of MikroORM for both the application and the migrator. */
export function ormOptions({ connection, entities, migrations, log }: PersistenceOptions): Options {
  const { patient = false, ...where } = connection;
  return {
    ...where,
    driver: PostgreSqlDriver,
    entities,
    driverOptions: {
      ...boundedDriverOptions(patient),
      // MikroORM reads host, port, user, password and name, and nothing of what comes after them, such as `sslmode`.
      ...(where.clientUrl !== undefined && { connectionString: where.clientUrl }),
    },
    migrations: { migrationsList: migrations, tableName: 'schema_migration', snapshot: false },
    forceUtcTimezone: true,
    colors: false,
    logger: log,
    discovery: { warnWhenNoEntities: false },
  };
}

/** For a connection beside the pool. */
export function clientConfigOf(em: EntityManager): pg.ClientConfig {
  return { ...em.getConnection().getConnectionOptions(), ...em.config.get('driverOptions') };
}

/** MikroORM on PostgreSQL. Entity managers are forked where they are used; there is no ambient one per request. */
@Global()
@Module({})
export class PersistenceModule {
  static forRoot(options: PersistenceOptions): DynamicModule {
    return {
      module: PersistenceModule,
      imports: [MikroOrmModule.forRoot({ ...ormOptions(options), registerRequestContext: false })],
      providers: [DatabaseClock, LoneStatements, ReadingTurns, Transactions],
      exports: [DatabaseClock, LoneStatements, ReadingTurns, Transactions],
    };
  }
}
