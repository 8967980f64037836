import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DatabaseRefused, migrate, ormOptions } from '#libs/persistence';
import { describe, expect, it } from '@jest/globals';
import { persistence } from '../../src/app.module.js';
import { ScoreCounts } from '../../src/counting/counts.js';
import { ScoreRebuilder } from '../../src/counting/rebuilder.js';
import { newLogger } from '../../src/server/logging.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { defaultWorkspace } from '../harness/clients.js';
import { connectTo, newDatabase, type Place } from '../harness/database.js';
import { until } from '../harness/until.js';

const folder = join(import.meta.dirname, 'earlier');
/** Of a day on which no credential could be administered yet: some of the migrations of that day were changed later. */
const tooEarly = '0002-first-door.sql.gz';
const dumps = readdirSync(folder).filter((file) => file.endsWith('.sql.gz') && file !== tooEarly);

const options = (place: Place) => persistence(place, newLogger('warn'));

/** A database as an earlier server left it. */
async function restored(dump: string): Promise<Place> {
  const place = await newDatabase('earlier');
  const client = await connectTo(place);
  await client.query(gunzipSync(readFileSync(join(folder, dump))).toString()).finally(() => client.end());
  return place;
}

const numberOf = async (app: TestApp, text: string): Promise<number> =>
  (await app.query<{ n: number }>(`select coalesce((${text}), 0)::int as n`))[0]!.n;

const countsOf = (app: TestApp) => app.nest.get(ScoreCounts);

async function differences(app: TestApp): Promise<number> {
  const workspaces = await app.query<{ id: string }>('select id from workspace');
  const found = await Promise.all(workspaces.map(({ id }) => countsOf(app).verify(id)));
  return found.reduce((sum, one) => sum + one.differences, 0);
}

describe('a server on the data of an earlier one', () => {
  it.each(dumps)('%s: keeps every entry, counts it, and goes on', async (dump) => {
    const place = await restored(dump);
    const client = await connectTo(place);
    const before = Number((await client.query('select count(*) as n from feedback_entry')).rows[0].n);
    await client.end();
    await migrate(ormOptions(options(place)));
    const app = await startApp({}, { beside: { connection: place } });
    try {
      const left = 'select count(*) from feedback_entry where counted_at is null';
      await until(async () => (await numberOf(app, left)) === 0, 15_000);
      await until(async () => (await differences(app)) === 0, 15_000);
      const counted = `select sum(n) from score_count join score_series on score_series.id = series_id
        where minutes = 1440 and kept = 'total' and option = ''`;
      const pending = `select sum(moved) from score_change cross join lateral unnest(series_id, delta) as x (series, moved)
        join score_series series on series.id = x.series where series.option = ''`;
      expect(before).toBeGreaterThan(0);
      expect(await numberOf(app, 'select count(*) from feedback_entry')).toBe(before);
      expect(await numberOf(app, `select coalesce((${counted}), 0) + coalesce((${pending}), 0)`)).toBe(before);
      const { status } = await call(app, '/feedback', { body: { type: 'positive', messageId: 'after the upgrade' } });
      expect(status).toBe(200);
      expect((await call(app, '/v1/feedback?limit=200')).body.data.length).toBeGreaterThan(1);
      expect(await differences(app)).toBe(0);
    } finally {
      await app.close();
    }
  });

  it('counts once more what a replica of the earlier release stored meanwhile, and then no more', async () => {
    const place = await restored('0006-before-score-counts.sql.gz');
    await migrate(ormOptions(options(place)));
    const app = await startApp({}, { beside: { connection: place } });
    const round = () => app.nest.get(ScoreRebuilder)['round'](new AbortController().signal);
    await until(async () => (await differences(app)) === 0, 15_000);
    await until(() => !app.nest.get(ScoreRebuilder)['isFirst']);
    await app.query(`
      insert into feedback_entry (workspace_id, id, source, instrument, scale, score, occurred_at, recorded_at, updated_at)
      values ('${defaultWorkspace}', gen_random_uuid(), 'survey', 'S', 'csat', 5, now(), now(), now())`);
    expect(await differences(app)).toBeGreaterThan(0);
    await round();
    expect(await differences(app)).toBe(0);
    expect(await app.query('select from score_recount')).toEqual([]);
    await app.close();
  });
});

describe('a server on a schema that no release has made', () => {
  it('refuses to start in a sentence that says what is missing, and changes nothing', async () => {
    const place = await restored(tooEarly);
    const refused = migrate(ormOptions(options(place)));
    await expect(refused).rejects.toThrow(DatabaseRefused);
    await expect(refused).rejects.toThrow(/^The schema of the database is none that a release has made: /);
    const client = await connectTo(place);
    const { rows } = await client.query('select name from schema_migration order by id');
    await client.end();
    expect(rows.map(({ name }) => name)).toEqual(['Migration0001Feedback', 'Migration0002Workspaces']);
  });
});

describe('a server on the schema of a later one', () => {
  it('refuses to start in a sentence that names the migration', async () => {
    const place = await newDatabase('earlier');
    const { migrations, ...rest } = options(place);
    const older = ormOptions({ ...rest, migrations: migrations.slice(0, -1) });
    await migrate(ormOptions(options(place)));
    const refused = migrate(older);
    await expect(refused).rejects.toThrow(DatabaseRefused);
    await expect(refused).rejects.toThrow(`${migrations.at(-1)!.name} was carried out on it`);
  });
});
