import { type Kysely, type RawBuilder, sql } from 'kysely';

/** Rows of one table of a workspace. */
interface Rows {
  table: string;
  /** Of the column `id`. */
  idType: 'uuid' | 'bigint';
  /** The bytes of a row, as far as they may be many. */
  size: RawBuilder<unknown>;
}

/** The first of these ids whose rows hold less than `bytes` together, and one that goes beyond. What is not there is left out. */
export async function firstWithin(
  db: Kysely<unknown>,
  { table, idType, size }: Rows,
  workspaceId: string,
  ids: readonly (string | number)[],
  bytes: number,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (
      select id, position,
        sum(${size}) over (order by position rows between unbounded preceding and 1 preceding) as bytes_before
      from unnest(${ids.map(String)}::${sql.raw(idType)}[]) with ordinality as wanted (wanted_id, position)
      join ${sql.table(table)} on workspace_id = ${workspaceId} and id = wanted_id
    ) wanted
    where coalesce(bytes_before, 0) < ${bytes} order by position`.execute(db);
  return rows.map(({ id }) => id);
}
