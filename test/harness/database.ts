import pg from 'pg';

/** Where a database of the tests is, and as whom. */
export interface Place {
  host: string;
  port: number;
  user: string;
  dbName: string;
}

const superuser = JSON.parse(process.env['TEST_POSTGRES']!) as Omit<Place, 'dbName'> & { database: string };

/** The tests' PostgreSQL. */
export const { host, port } = superuser;

/** Does `work` as the superuser of the tests' PostgreSQL. */
export async function asSuperuser<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(superuser);
  await client.connect();
  return work(client).finally(() => client.end());
}

/** A new database of this Jest worker. `how` are options of CREATE DATABASE, such as its template. */
export async function newDatabase(name: string, how = ''): Promise<Place> {
  const dbName = `${name}_${process.env['JEST_WORKER_ID']}`;
  await asSuperuser(async (client) => {
    await client.query(`drop database if exists ${dbName} with (force)`);
    await client.query(`create database ${dbName} owner afterword ${how}`);
  });
  return { host, port, user: 'afterword', dbName };
}

export function urlOf({ host, port, user, dbName }: Place): string {
  return `postgres://${user}@${encodeURIComponent(host)}:${port}/${dbName}`;
}

/** A connection of the caller's own, past every pool. */
export async function connectTo({ dbName, ...place }: Place): Promise<pg.Client> {
  const client = new pg.Client({ ...place, database: dbName, application_name: 'test' });
  await client.connect();
  return client;
}
