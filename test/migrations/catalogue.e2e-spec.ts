import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../harness/app.js';

/** Small tables that every node of a distributed PostgreSQL would hold. */
const referenceTables = ['workspace', 'credential', 'schema_migration'];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Unique indexes, those of primary keys and unique constraints included, whose first column is not the workspace. */
const strayKeys = (): Promise<{ name: string }[]> =>
  app.query(
    `select format('%s on %s', key.relname, owner.relname) as name
     from pg_index
     join pg_class key on key.oid = indexrelid
     join pg_class owner on owner.oid = indrelid
     join pg_namespace on pg_namespace.oid = owner.relnamespace and nspname = current_schema
     left join pg_attribute first on first.attrelid = indrelid and first.attnum = indkey[0]
     where indisunique and owner.relname <> all ($1) and first.attname is distinct from 'workspace_id'
     order by 1`,
    [referenceTables],
  );

/** Tables without a primary key: a row of theirs can be told from no other. */
const keyless = (): Promise<{ name: string }[]> =>
  app.query(
    `select relname as name from pg_class
     join pg_namespace on pg_namespace.oid = relnamespace and nspname = current_schema
     where relkind in ('r', 'p') and not exists (select from pg_index where indrelid = pg_class.oid and indisprimary)
     order by 1`,
  );

/** Foreign keys that may lead from one workspace into another: neither to the workspace itself nor along with it. */
const crossing = (): Promise<{ name: string }[]> =>
  app.query(
    `select format('%s on %s', conname, conrelid::regclass) as name
     from pg_constraint
     where contype = 'f' and connamespace = current_schema::regnamespace and confrelid <> 'workspace'::regclass
       and not exists (
         select from unnest(conkey, confkey) as pair (own, other)
         join pg_attribute a on a.attrelid = conrelid and a.attnum = own and a.attname = 'workspace_id'
         join pg_attribute b on b.attrelid = confrelid and b.attnum = other and b.attname = 'workspace_id'
       )
     order by 1`,
  );

describe('the tables of a workspace can be put on a machine of its own', () => {
  it('every primary key and unique constraint begins with workspace_id', async () =>
    expect(await strayKeys()).toEqual([]));

  it('no foreign key crosses workspaces', async () => expect(await crossing()).toEqual([]));

  it('every table has a primary key', async () => expect(await keyless()).toEqual([]));

  it('the exceptions are there', async () => {
    const tables = await app.query<{ name: string }>(
      'select relname as name from pg_class where relname = any ($1) order by 1',
      [referenceTables],
    );
    expect(tables.map(({ name }) => name)).toEqual(referenceTables.toSorted());
  });
});

describe('the test sees', () => {
  afterAll(() => app.query('drop table violation cascade'));

  it('keys in another order, partial ones, on expressions, and foreign keys without the workspace', async () => {
    await app.query(`create table violation (workspace_id uuid, id uuid primary key, owner uuid, name text)`);
    await app.query(`create unique index violation_reversed on violation (id, workspace_id)`);
    await app.query(`create unique index violation_partial on violation (name) where name is not null`);
    await app.query(`create unique index violation_lower on violation (lower(name), workspace_id)`);
    await app.query(`create unique index violation_none on violation (workspace_id, id)`);
    await app.query(`alter table violation add foreign key (owner) references violation (id)`);
    await app.query(`alter table violation add foreign key (owner, id) references violation (id, workspace_id)`);
    await app.query(
      `alter table violation add foreign key (workspace_id, owner) references violation (workspace_id, id)`,
    );
    await app.query(`alter table violation add foreign key (owner) references workspace`);
    expect((await strayKeys()).map(({ name }) => name)).toEqual([
      'violation_lower on violation',
      'violation_partial on violation',
      'violation_pkey on violation',
      'violation_reversed on violation',
    ]);
    expect((await crossing()).map(({ name }) => name)).toEqual([
      'violation_owner_fkey on violation',
      'violation_owner_id_fkey on violation',
    ]);
  });
});
