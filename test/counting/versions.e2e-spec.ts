import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { ScoreCounts } from '../../src/counting/counts.js';
import { ScoreFolder } from '../../src/counting/folder.js';
import { ScoreRebuilder } from '../../src/counting/rebuilder.js';
import { FeedbackRemover } from '../../src/feedback/feedback.remover.js';
import { FeedbackWriter } from '../../src/feedback/feedback.writer.js';
import { blankEntry } from '../../src/feedback/submission.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { defaultWorkspace } from '../harness/clients.js';
import { newSurveyed, type Surveyed, times } from '../harness/surveyed.js';
import { upgraded } from '../harness/upgraded.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let place: Surveyed;
beforeEach(async () => {
  place = await newSurveyed(app);
});

const counts = () => app.nest.get(ScoreCounts);
const fold = () => app.nest.get(ScoreFolder).fold(place.workspaceId);
const shownGroups = ({ body }: Answer) =>
  body.groups.map(({ group, rest, n }: Answer['body']) => [group, rest, n]) as unknown[];

describe('versions', () => {
  it('are told apart in groups and by a filter, in the journal and out of it', async () => {
    await place.record(...times(3, { version: '2' }), ...times(2, { version: '1' }), { version: null });
    for (const settle of [async () => undefined, fold]) {
      await settle();
      expect(shownGroups(await place.ask('breakdown', { by: 'version' }))).toEqual([
        ['2', false, 3],
        ['1', false, 2],
        ['', false, 1],
      ]);
      for (const [version, n] of Object.entries({ '1': 2, '2': 3, '': 1, '3': 0 })) {
        expect((await place.ask('summary', { version, scale: 'csat' })).body.n).toBe(n);
        const { body } = await place.ask('timeline', { version, scale: 'csat' });
        expect(body.buckets.reduce((sum: number, bucket: { n: number }) => sum + bucket.n, 0)).toBe(n);
      }
      const { body } = await place.ask('comparison', { a: 'version=1', b: 'version=2' });
      expect([body.a.n, body.a.version, body.b.n]).toEqual([2, '1', 3]);
    }
  });

  it('count the ticks of options', async () => {
    const asked = { source: 'question', instrument: '7', scale: 'choice', score: null } as const;
    await place.record({ ...asked, version: '1', options: ['a', 'b'] }, { ...asked, version: '2', options: ['a'] });
    const { body } = await place.ask('summary', { version: '1' });
    expect(body).toMatchObject({
      n: 1,
      options: [
        { name: 'a', count: 1 },
        { name: 'b', count: 1 },
      ],
    });
    expect((await counts().verify(place.workspaceId)).differences).toBe(0);
  });

  it('follow an update and a deletion', async () => {
    await place.record({ version: '1', externalId: 'x' }, { version: '1', externalId: 'y' });
    const asked = { source: 'survey', instrument: 'S', scale: 'csat', score: 5 } as const;
    const update = {
      ...blankEntry,
      ...asked,
      workspaceId: place.workspaceId,
      id: uuidv7(),
      externalId: 'x',
      version: '2',
    };
    await app.nest.get(FeedbackWriter).record(update, { mayExist: true });
    await app.nest.get(FeedbackRemover).remove(place.workspaceId, { source: 'survey', externalId: 'y' });
    expect(shownGroups(await place.ask('breakdown', { by: 'version' }))).toEqual([['2', false, 1]]);
    await fold();
    expect((await counts().verify(place.workspaceId)).differences).toBe(0);
  });

  it.each([
    [{ version: '1', channel: 'web' }, ['/version']],
    [{ version: '', bot: '' }, ['/version']],
    [{ by: 'version', language: 'en' }, ['/by']],
    [{ by: 'channel', version: '1' }, ['/version']],
  ])('422 for %j: there is no count of both together', async (filter, pointers) => {
    await place.record({ version: '1', channel: 'web' });
    const { status, body } = await place.ask('by' in filter ? 'breakdown' : 'summary', filter);
    expect([status, body.code]).toEqual([422, 'unprocessable_entity']);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers);
  });

  it('422 for a version beside a channel on one side of a comparison', async () => {
    await place.record({ version: '1', channel: 'web' });
    expect((await place.ask('comparison', { channel: 'web', a: 'version=1', b: 'version=2' })).status).toBe(422);
  });

  it('422 for one that is not among the 5,000 with a place', async () => {
    await app.query(
      `insert into score_name (workspace_id, dimension, owner, name)
       select $1, 'version', '', 'filler ' || i from generate_series(1, 4999) i`,
      [place.workspaceId],
    );
    await place.record({ version: 'first' });
    await place.record({ version: 'beyond' });
    expect(shownGroups(await place.ask('breakdown', { by: 'version' }))).toEqual(
      expect.arrayContaining([
        ['first', false, 1],
        ['other', true, 1],
      ]),
    );
    expect((await place.ask('summary', { version: 'first' })).body.n).toBe(1);
    expect((await place.ask('summary', { version: 'beyond' })).body).toMatchObject({ code: 'not_counted_apart' });
    expect((await place.ask('comparison', { a: 'version=first', b: 'version=beyond' })).body.code).toBe(
      'not_counted_apart',
    );
  });
});

/** As the release before left it: two answers about one version, counted without it. */
const before = `
  insert into feedback_entry (workspace_id, id, source, instrument, scale, score, version, counted_at, occurred_at, recorded_at, updated_at)
  select '${defaultWorkspace}', gen_random_uuid(), 'survey', 'S', 'csat', 5, '1', at, at, at, at
  from generate_series(1, 2), (select timestamptz '2026-03-10 12:00Z' as at) time;
  with upper as (
    insert into score_series (workspace_id, source, instrument, scale, option, kept, channel, language, bot)
    select '${defaultWorkspace}', 'survey', 'S', 'csat', '', kept, '', '', ''
    from unnest(array['total', 'channel', 'language', 'bot']) kept returning kept, id
  ), leaf as (
    insert into score_series (workspace_id, source, instrument, scale, option, kept, channel, language, bot,
      total_id, channel_id, language_id, bot_id)
    select '${defaultWorkspace}', 'survey', 'S', 'csat', '', 'all', '', '', '', min(id) filter (where kept = 'total'),
      min(id) filter (where kept = 'channel'), min(id) filter (where kept = 'language'), min(id) filter (where kept = 'bot')
    from upper returning id
  )
  insert into score_change (workspace_id, series_id, score, resolved, at, delta)
  select '${defaultWorkspace}', array[id], array[5], array[null]::boolean[], array[timestamptz '2026-03-10 12:00Z'], array[2] from leaf`;

describe('the counts of the release before', () => {
  it('get their versions after the start; until then there is no number of any', async () => {
    const later = await startApp({}, { beside: await upgraded('Migration0021Versions', before) });
    const asked = async (path: string) =>
      (await call(later, `/v1/analytics/${path}from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z`)).body;
    expect((await asked('summary?')).n).toBe(2);
    for (const path of ['summary?version=1&', 'summary?version=&', 'breakdown?by=version&'])
      expect((await asked(path)).code).toBe('not_counted_apart');
    // The second round counts what a replica of the release before may have stored during the first.
    for (const _ of [1, 2]) await later.nest.get(ScoreRebuilder)['round'](new AbortController().signal);
    expect((await asked('summary?version=1&')).n).toBe(2);
    expect((await asked('breakdown?by=version&')).groups).toMatchObject([{ group: '1', n: 2 }]);
    expect((await later.nest.get(ScoreCounts).verify(defaultWorkspace)).differences).toBe(0);
    await later.close();
  });
});
