import { readFileSync } from 'node:fs';
import { migrate, ormOptions } from '#libs/persistence';
import { persistence } from '../../src/app.module.js';
import { newLogger } from '../../src/server/logging.js';
import type { TestApp } from './app.js';
import { connectTo, newDatabase } from './database.js';

/** A database that had the schema before `migration` when `sql` was done to it, and has been migrated since. */
export async function upgraded(migration: string, sql: string): Promise<Pick<TestApp, 'connection'>> {
  const connection = await newDatabase('upgraded');
  const options = persistence(connection, newLogger('warn'));
  const place = options.migrations.findIndex(({ name }) => name === migration);
  await migrate(ormOptions({ ...options, migrations: options.migrations.slice(0, place) }));
  const client = await connectTo(connection);
  await client.query(sql).finally(() => client.end());
  await migrate(ormOptions(options));
  return { connection };
}

/** The rows of one table, in the order of `columns`. */
interface Table {
  table: string;
  columns: string[];
  rows: unknown[][];
}

/** The tables in `file`, which holds JSON lines: for each table one with the names of its columns, then one for each row. */
export function tablesIn(file: string): Table[] {
  const tables: Table[] = [];
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const read = JSON.parse(line) as unknown[] | Omit<Table, 'rows'>;
    if (Array.isArray(read)) tables.at(-1)!.rows.push(read);
    else tables.push({ ...read, rows: [] });
  }
  return tables;
}

/** SQL that stores them. Numbers that were given out are not given out again. */
export function filling(tables: Table[]): string {
  const statements = tables.flatMap(({ table, columns, rows }) => {
    const records = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
    const last = Math.max(...records.map(({ id }) => (typeof id === 'number' ? id : 0)));
    return [
      `insert into ${table} (${columns.join()}) overriding system value
       select ${columns.join()} from json_populate_recordset(null::${table}, $json$${JSON.stringify(records)}$json$)`,
      ...(last > 0 ? [`select setval(pg_get_serial_sequence('${table}', 'id'), ${last})`] : []),
    ];
  });
  return statements.join(';\n');
}
