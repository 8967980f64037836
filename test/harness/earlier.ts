import { readFile } from 'node:fs/promises';
import { migrate, ormOptions } from '#libs/persistence';
import { persistence } from '../../src/app.module.js';
import { migrations } from '../../src/migrations/index.js';
import { newLogger } from '../../src/server/logging.js';
import type { TestApp } from './app.js';
import { connectTo, newDatabase, type Place } from './database.js';

/** The rows of one table, in the order of `columns`. */
interface Table {
  table: string;
  columns: string[];
  rows: unknown[][];
}

/**
 * A database as an earlier version left it, brought to the newest schema. `file` holds its rows, as JSON lines: for each
 * table one with the names of its columns, then one for each row.
 * @param last the number of the last migration that the earlier version knew, such as `0008`
 */
export async function upgraded(file: string, last: string): Promise<Pick<TestApp, 'connection'>> {
  const connection = await newDatabase('earlier');
  const options = persistence(connection, newLogger('warn'));
  const earlier = migrations.filter(
    ({ name }) => name.slice('Migration'.length) < `${Number(last) + 1}`.padStart(4, '0'),
  );
  await migrate(ormOptions({ ...options, migrations: earlier }));
  await fill(connection, tablesIn(await readFile(file, 'utf8')));
  await migrate(ormOptions(options));
  return { connection };
}

/** The tables in such a file. */
export function tablesIn(lines: string): Table[] {
  const tables: Table[] = [];
  for (const line of lines.trimEnd().split('\n')) {
    const read = JSON.parse(line) as unknown[] | Omit<Table, 'rows'>;
    if (Array.isArray(read)) tables.at(-1)!.rows.push(read);
    else tables.push({ ...read, rows: [] });
  }
  return tables;
}

async function fill(connection: Place, tables: Table[]): Promise<void> {
  const client = await connectTo(connection);
  for (const { table, columns, rows } of tables) {
    const records = rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
    const names = columns.join(', ');
    await client.query(
      `insert into ${table} (${names}) overriding system value
       select ${names} from json_populate_recordset(null::${table}, $1)`,
      [JSON.stringify(records)],
    );
  }
  await client.end();
}
