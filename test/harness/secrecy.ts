import type pg from 'pg';

/** Every key and secret that the tests of this file were shown. */
const shown = new Set<string>();

/** Remembers what an answer about a credential or a webhook shows. */
export function remember(path: string, body: { key?: unknown; clientSecret?: unknown; secret?: unknown }): void {
  if (!/^\/v1\/(credentials|webhooks)/.test(path)) return;
  for (const secret of [body.key, body.clientSecret, body.secret]) if (typeof secret === 'string') shown.add(secret);
}

/** @throws Error where one of them, or of `more`, is in `log` or in a table */
export async function expectSecrecy(pool: pg.Pool | pg.Client, log: string, more: string[]): Promise<void> {
  const secrets = [...shown, ...more];
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const leaks = secrets.some((secret) => log.includes(secret)) ? ['the log'] : [];
  for (const { name } of tables) {
    const { rows } = await pool.query(
      `select from "${name}" t
       where exists (select from unnest($1::text[]) secret where position(secret in t::text) > 0) limit 1`,
      [secrets],
    );
    if (rows.length > 0) leaks.push(name);
  }
  if (leaks.length > 0) throw new Error(`a key or secret stands in ${leaks.join(', ')}`);
}
