import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fills } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { call, startApp, type TestApp } from '../harness/app.js';
import { connectTo } from '../harness/database.js';
import { until } from '../harness/until.js';
import { upgraded } from '../harness/upgraded.js';

const workspaceId = '00000000-0000-7000-8000-000000000001';

const unfilled = async (app: TestApp): Promise<number> =>
  (await app.query<{ n: number }>('select count(*)::int as n from feedback_entry where counted_at is null'))[0]!.n;

describe('entries of earlier releases', () => {
  let app: TestApp;
  /** Nest's loggers of one process write where those of its first application do. */
  let log = '';
  /** A replica that finds nothing to fill, since all of it is locked; and one that starts when it no longer is. */
  let replica: TestApp;
  beforeAll(async () => {
    const earlier = await upgraded(
      'Migration0009Entries',
      readFileSync(join(import.meta.dirname, 'earlier-entries.sql'), 'utf8'),
    );
    const holder = await connectTo(earlier.connection);
    await holder.query('begin; select from feedback_entry for update');
    app = await startApp({}, { beside: earlier, log: { write: (line) => void (log += line) } });
    await app.nest.get(Fills).stop();
    await holder.end();
  });
  afterAll(async () => {
    await replica.close();
    await app.close();
  });

  interface Listed {
    id: string;
    externalId: string | null;
    language: string | null;
    comment: string;
    version: string | null;
    occurredAt: string;
    countedAt: string;
    recordedAt: string;
    updatedAt: string;
  }
  const list = async (query = ''): Promise<Listed[]> => (await call(app, `/v1/feedback?${query}`)).body.data;
  const always = 'from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z';
  const asked = 'source=question&instrument=1&scale=rating';

  const readRightly = (number: number): void => {
    it.each([
      ['en-GB', ['en_UK', 'en-GB', 'EN-gb', 'en_UK']],
      ['EN_uk', ['en_UK', 'en-GB', 'EN-gb', 'en_UK']],
      ['he', ['iw', 'he']],
      ['iw', ['iw', 'he']],
      ['zh_CN', ['zh_cn']],
    ])('are found and counted by the language %s, in any spelling', async (language, spellings) => {
      const entries = await list(`language=${language}`);
      expect(entries.map((entry) => entry.language).toSorted()).toEqual(spellings.toSorted());
      const file = await call(app, `/v1/feedback/export?format=csv&language=${language}`);
      expect(file.body.trim().split('\r\n')).toHaveLength(1 + spellings.length);
      const { body: words } = await call(app, `/v1/analytics/text?${always}&language=${language}`);
      expect(words.data.map(({ id }: Listed) => id)).toEqual(entries.map(({ id }) => id));
      const { body: score } = await call(app, `/v1/analytics/summary?${always}&${asked}&language=${language}`);
      expect(score.n).toBe(spellings.length);
    });

    it('are found by a code that is no language, and without one', async () => {
      for (const code of ['en-us.utf-8', 'EN_us.utf-8'])
        expect((await list(`language=${code}`)).map(({ comment }) => comment)).toEqual(['in en_US.UTF-8']);
      expect((await list('language=&source=question')).map(({ comment }) => comment)).toEqual(['in null', 'in null']);
    });

    it('count when they were said, but not later than they were stored', async () => {
      const entries = await list();
      expect(entries).toHaveLength(number);
      for (const { occurredAt, recordedAt, countedAt } of entries)
        expect(countedAt).toBe(occurredAt < recordedAt ? occurredAt : recordedAt);
      expect(entries.map(({ countedAt }) => countedAt)).toEqual(
        entries.map(({ countedAt }) => countedAt).toSorted((a, b) => (a < b ? 1 : -1)),
      );
      expect(await list('from=2030-01-01T00:00:00Z')).toEqual([]);
      expect(entries.filter(({ occurredAt }) => occurredAt > '2030')).toHaveLength(3);
    });

    it('are counted as they were', async () => {
      expect((await call(app, `/v1/analytics/summary?${always}&${asked}`)).body.n).toBe(10);
      for (const { id } of await app.query<{ id: string }>('select distinct workspace_id as id from feedback_entry'))
        expect((await app.nest.get(ScoreCounts).verify(id)).differences).toBe(0);
    });
  };

  describe('before they are filled', () => {
    it('are there', async () => expect(await unfilled(app)).toBe(17));
    readRightly(15);

    it('are deleted and changed without a trace in the counts', async () => {
      expect((await call(app, '/feedback/c', { method: 'DELETE' })).status).toBe(200);
      await call(app, '/feedback', { body: { id: 'b', type: 'negative', messageId: 'm', details: 'words' } });
      expect((await app.nest.get(ScoreCounts).verify(workspaceId)).differences).toBe(0);
      expect(await unfilled(app)).toBe(15);
    });
  });

  describe('after they were filled by a replica that started later', () => {
    beforeAll(async () => {
      replica = await startApp({}, { beside: app });
      await until(async () => (await unfilled(app)) === 0);
    });
    readRightly(14);

    it('have the tag, and the spelling that was sent', async () => {
      const rows = await app.query(
        'select distinct language, language_tag as tag from feedback_entry where workspace_id = $1 order by 1',
        [workspaceId],
      );
      expect(rows).toEqual([
        { language: 'EN-gb', tag: 'en-GB' },
        { language: 'en-GB', tag: 'en-GB' },
        { language: 'en_UK', tag: 'en-GB' },
        { language: 'en_US.UTF-8', tag: 'en-us.utf-8' },
        { language: 'he', tag: 'he' },
        { language: 'iw', tag: 'he' },
        { language: 'zh_cn', tag: 'zh-CN' },
        { language: null, tag: null },
      ]);
    });

    it('have the version that their properties say', async () => {
      const versions = Object.fromEntries(
        (await list('source=message')).map(({ externalId, version }) => [externalId, version?.slice(0, 5)]),
      );
      expect(versions).toEqual({ a: '4.0.1', b: undefined, d: undefined, e: 'xxxxx' });
      const [before] = await list('version=4.0.1');
      const body = {
        id: 'a',
        type: 'positive',
        messageId: 'm',
        createdAt: '2031-01-01T00:00:00Z',
        properties: { version: '4.0.1' },
        details: 'words',
      };
      expect((await call(app, '/feedback', { body })).body.updatedAt).toBe(before!.updatedAt);
    });

    it('are told of in the log, and their spellings are forgotten', async () => {
      await until(async () => (await app.query('select from unfilled_language')).length === 0);
      await until(() => log.includes('entries of earlier releases: 15 filled, none left'));
      expect(log).toContain('entries of earlier releases: 15 filled, 0 left');
    });
  });
});
