import { describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { startApp, type TestApp } from '../harness/app.js';
import { asSuperuser } from '../harness/database.js';
import { until } from '../harness/until.js';
import { upgraded } from '../harness/upgraded.js';

const workspaceId = '00000000-0000-7000-8000-000000000001';

const unfilled = async (app: TestApp): Promise<number> =>
  (await app.query<{ n: number }>('select count(*)::int as n from feedback_entry where counted_at is null'))[0]!.n;

describe('many entries of earlier releases', () => {
  const spellings = ['en_UK', 'en-gb', 'iw', 'nonsense!', 'zh_cn'];
  const many = `
    insert into feedback_entry (workspace_id, id, source, instrument, scale, score, language, occurred_at, recorded_at, updated_at)
    select '${workspaceId}', gen_random_uuid(), 'survey', 'S', 'csat', 1 + n % 5,
      (array['${spellings.join("','")}'])[1 + n % 5], now() - n * interval '1 minute', now(), now()
    from generate_series(1, 20000) n`;

  it('are filled once, by several replicas, however often their connections are cut', async () => {
    const earlier = await upgraded('Migration0009Entries', many);
    const replicas: TestApp[] = [];
    const start = async (): Promise<void> => void replicas.push(await startApp({}, { beside: earlier }));
    await start();
    const app = replicas[0]!;
    const counts = app.nest.get(ScoreCounts);
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${earlier.connection.dbName}'
      and application_name <> 'test' and query ~ 'update feedback_entry'`;
    for (let round = 0; round < 3; round++) {
      const before = await unfilled(app);
      await start();
      await until(async () => (await unfilled(app)) < before);
      expect(await unfilled(app)).toBeGreaterThan(0);
      await until(async () => (await asSuperuser((client) => client.query(cut))).rowCount! > 0);
    }
    await Promise.all([start(), start()]);
    await until(async () => (await unfilled(app)) === 0, 30_000);
    const tags = await app.query<{ tag: string; n: number }>(
      'select language_tag as tag, count(*)::int as n from feedback_entry group by 1 order by 1',
    );
    expect(tags).toEqual([
      { tag: 'en-GB', n: 8_000 },
      { tag: 'he', n: 4_000 },
      { tag: 'nonsense!', n: 4_000 },
      { tag: 'zh-CN', n: 4_000 },
    ]);
    await counts.rebuild(workspaceId);
    expect(await counts.verify(workspaceId)).toEqual({ differences: 0, examples: [] });
    for (const replica of replicas.toReversed()) await replica.close();
  }, 90_000);
});
