import type { TestApp } from './app.js';

/** The clock of a database under test, which can be stopped and set. Connections made before have the real one. */
export interface DatabaseClock {
  /** Stops the clock at `milliseconds` after `origin`, a fixed instant. */
  set(milliseconds: number): Promise<void>;
  /** Lets it go on as the real one. */
  release(): Promise<void>;
}

const origin = '2026-01-31T12:00:00Z';

/** Puts a `clock_timestamp()` of ours in front of PostgreSQL's. */
export async function takeClock(app: Pick<TestApp, 'connection' | 'query'>): Promise<DatabaseClock> {
  await app.query('create schema test_clock');
  await app.query('create table test_clock.stopped (at timestamptz not null)');
  await app.query(`
    create function test_clock.clock_timestamp() returns timestamptz language sql volatile as
    'select coalesce((select at from test_clock.stopped), pg_catalog.clock_timestamp())'`);
  await app.query(`alter database ${app.connection.dbName} set search_path = test_clock, pg_catalog, public`);
  const release = async (): Promise<void> => void (await app.query('delete from test_clock.stopped'));
  return {
    set: async (milliseconds) => {
      await release();
      await app.query(`insert into test_clock.stopped values ($1::timestamptz + $2 * interval '1 ms')`, [
        origin,
        milliseconds,
      ]);
    },
    release,
  };
}
