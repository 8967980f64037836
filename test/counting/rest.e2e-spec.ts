import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ScoreCounts } from '../../src/counting/counts.js';
import { ScoreRebuilder } from '../../src/counting/rebuilder.js';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { defaultWorkspace } from '../harness/clients.js';
import { connectTo } from '../harness/database.js';
import { newSurveyed, type Surveyed } from '../harness/surveyed.js';
import { until } from '../harness/until.js';
import { upgraded } from '../harness/upgraded.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

// A workspace of its own for each test: names never leave one.
let place: Surveyed;
beforeEach(async () => {
  place = await newSurveyed(app);
});
const record: Surveyed['record'] = (...entries) => place.record(...entries);
const ask: Surveyed['ask'] = (...asked) => place.ask(...asked);

/** Takes all places of a kind but `free`. */
async function fill(dimension: string, free: number): Promise<void> {
  const places = dimension === 'instrument' ? 1_000 : 100;
  const owner = dimension === 'instrument' ? 'survey' : '';
  await app.query(
    `insert into score_name (workspace_id, dimension, owner, name)
     select $1, $2, $3, 'filler ' || i from generate_series(1, $4::int) i`,
    [place.workspaceId, dimension, owner, places - free],
  );
}

const tooLong = 'ü'.repeat(257);
const refused = (...members: string[]) => ({
  status: 422,
  body: {
    code: 'not_counted_apart',
    errors: members.map((member) => expect.objectContaining({ pointer: `/${member}` })),
  },
});

describe('what is not counted by name', () => {
  it('is a group beside a channel that is called as it is', async () => {
    await fill('channel', 1);
    for (const channel of ['other', 'other', 'beyond', tooLong, '\uFFFF']) await record({ channel });
    const { body } = await ask('breakdown', { by: 'channel' });
    expect(body.groups.map(({ group, rest, n }: Answer['body']) => [group, rest, n])).toEqual([
      ['other', true, 3],
      ['other', false, 2],
    ]);
    expect((await ask('summary', { channel: 'other' })).body.n).toBe(2);
  });

  it.each(['channel', 'bot', 'instrument'] as const)('422 for a filter by such a %s', async (member) => {
    await fill(member, 1);
    for (const name of ['first', 'beyond', 'beyond']) await record({ [member]: name });
    for (const path of ['summary', 'timeline', 'breakdown']) {
      const asked = (name: string) => ask(path, { ...(path === 'breakdown' && { by: 'language' }), [member]: name });
      expect((await asked('first')).status).toBe(200);
      for (const name of ['beyond', tooLong, '\uFFFF']) expect(await asked(name)).toMatchObject(refused(member));
    }
  });

  it('422 for a language outside BCP 47, and for each filter that asks for such a thing', async () => {
    await record({ language: 'en_US.UTF-8', channel: 'web' });
    expect(await ask('summary', { language: 'en_US.UTF-8' })).toMatchObject(refused('language'));
    const query = { language: '?', bot: tooLong, channel: 'web' };
    expect(await ask('summary', query)).toMatchObject(refused('language', 'bot'));
  });

  it('lists an instrument as one of the rest, and names it nowhere', async () => {
    await fill('instrument', 1);
    await record({ instrument: 'first' });
    await record({ instrument: 'beyond' });
    const instruments = (await ask('instruments', {})).body.data;
    expect(instruments).toMatchObject([
      { instrument: 'first', rest: false, n: 1 },
      { instrument: 'other', rest: true, n: 1 },
    ]);
    const { body } = await ask('summary', {});
    expect(body.errors).toEqual([{ pointer: '/instrument', detail: 'instrument must be one of "first"' }]);
    expect(await ask('instruments', { instrument: 'beyond' })).toMatchObject(refused('instrument'));
  });

  it('200 with the sum where nothing else is left', async () => {
    for (const instrument of [tooLong, `${tooLong}!`]) await record({ instrument });
    expect((await ask('summary', {})).body).toMatchObject({ source: 'survey', instrument: null, n: 2 });
  });

  it('is asked for by source: an instrument may have a place in one only', async () => {
    await fill('instrument', 1);
    const survey = { instrument: 'same', scale: 'thumb', score: 1 } as const;
    await record(survey);
    await record({ ...survey, source: 'message' });
    const asked = (source: object) => ask('summary', { instrument: 'same', scale: 'thumb', ...source });
    expect(await asked({})).toMatchObject(refused('instrument'));
    expect(await asked({ source: 'message' })).toMatchObject(refused('instrument'));
    expect(await asked({ source: 'survey' })).toMatchObject({ status: 200, body: { n: 1 } });
  });

  it('gives no places to the options of instruments in the rest but those that they share', async () => {
    await fill('instrument', 0);
    const choice = { source: 'question', scale: 'choice', score: null } as const;
    for (const instrument of ['1', '2']) await record({ ...choice, instrument, options: ['a', 'b'] });
    const places = `select name from score_name where workspace_id = $1 and dimension = 'option' order by 1`;
    expect(await app.query(places, [place.workspaceId])).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect((await ask('summary', {})).body).toMatchObject({ n: 2, options: [{ name: 'a', count: 2 }, { count: 2 }] });
  });

  it('has options too', async () => {
    const choice = { source: 'question', instrument: '7', scale: 'choice', score: null } as const;
    await record({ ...choice, options: ['other', tooLong] });
    const { body } = await ask('summary', {});
    expect(body.options.map(({ name, rest }: Answer['body']) => [name, rest])).toEqual([
      ['other', false],
      ['other', true],
    ]);
  });
});

/** As the release before left it: three answers through a channel called `other`, two through channels with longer names than are counted. */
const before = `
  with entries as (
    insert into feedback_entry (workspace_id, id, source, instrument, scale, score, channel, occurred_at, recorded_at, updated_at)
    select '${defaultWorkspace}', gen_random_uuid(), 'survey', 'S', 'csat', 5, channel, at, at, at
    from unnest(array['other', 'other', 'other', repeat('x', 513), repeat('y', 513)]) channel, (select timestamptz '2026-03-10 12:00Z' as at) time
  ), upper as (
    insert into score_series (workspace_id, source, instrument, scale, option, kept, channel, language, bot)
    select '${defaultWorkspace}', 'survey', 'S', 'csat', '', kept, case kept when 'channel' then 'other' else '' end, '', ''
    from unnest(array['total', 'channel', 'language', 'bot']) kept returning kept, id
  ), leaf as (
    insert into score_series (workspace_id, source, instrument, scale, option, kept, channel, language, bot,
      total_id, channel_id, language_id, bot_id)
    select '${defaultWorkspace}', 'survey', 'S', 'csat', '', 'all', 'other', '', '', min(id) filter (where kept = 'total'),
      min(id) filter (where kept = 'channel'), min(id) filter (where kept = 'language'), min(id) filter (where kept = 'bot')
    from upper returning id
  )
  insert into score_change (workspace_id, series_id, score, resolved, at, delta)
  select '${defaultWorkspace}', array[id], array[5], array[null]::boolean[], array[timestamptz '2026-03-10 12:00Z'], array[5] from leaf`;

describe('the counts of the release before', () => {
  it('are made anew after the start; until then nothing says how many are called "other"', async () => {
    const beside = await upgraded('Migration0013Names', before);
    const reader = await connectTo(beside.connection);
    await reader.query('begin; lock table score_count in share mode');
    const later = await startApp({}, { beside });
    const asked = async (path: string) =>
      (await call(later, `/v1/analytics/${path}from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z`)).body;
    const groups = async () =>
      (await asked('breakdown?by=channel&')).groups.map(({ group, rest, n }: Answer['body']) => [group, rest, n]);
    expect(await groups()).toEqual([['other', true, 5]]);
    expect((await asked('summary?channel=other&')).code).toBe('not_counted_apart');
    await reader.end();
    await until(async () => (await later.nest.get(ScoreCounts).verify(defaultWorkspace)).differences === 0);
    await later.nest.get(ScoreRebuilder)['round'](new AbortController().signal);
    expect(await groups()).toEqual([
      ['other', false, 3],
      ['other', true, 2],
    ]);
    expect((await asked('summary?channel=other&')).n).toBe(3);
    expect((await later.nest.get(ScoreCounts).verify(defaultWorkspace)).differences).toBe(0);
    expect(await later.query('select from score_recount')).toEqual([]);
    await later.close();
  });
});

describe('a rebuild', () => {
  const many = (count: number) =>
    app.query(
      `insert into feedback_entry (workspace_id, id, source, instrument, scale, score, channel, occurred_at, recorded_at, updated_at)
       select $1, gen_random_uuid(), 'survey', 'S', 'csat', 1 + i % 5, 'c' || i % 7, at, at, at
       from generate_series(1, $2::int) i, lateral (select timestamptz '2026-03-10 12:00Z' + i * interval '1 min' as at) time`,
      [place.workspaceId, count],
    );
  const counts = () => app.nest.get(ScoreCounts);

  it('counts in steps, and all that there is', async () => {
    await many(20_001);
    const steps: number[] = [];
    await counts().rebuild(place.workspaceId, { progress: (entries) => void steps.push(entries) });
    expect(steps).toEqual([20_000, 40_000]);
    expect((await counts().verify(place.workspaceId)).differences).toBe(0);
    expect((await ask('summary', { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' })).body.n).toBe(20_001);
  });

  it('that is told to stop changes nothing', async () => {
    await record({});
    await many(20_000);
    const stop = new AbortController();
    const stopped = counts().rebuild(place.workspaceId, { signal: stop.signal, progress: () => stop.abort() });
    await expect(stopped).rejects.toThrow('aborted');
    expect((await ask('summary', { to: '2027-01-01T00:00:00Z', from: '2026-01-01T00:00:00Z' })).body.n).toBe(1);
  });

  it('leaves alone what is not listed, and takes off the list what it has counted', async () => {
    await many(1);
    await counts().rebuild(place.workspaceId, { ifListed: true });
    expect((await counts().verify(place.workspaceId)).differences).toBeGreaterThan(0);
    await app.query('insert into score_recount values ($1)', [place.workspaceId]);
    await counts().rebuild(place.workspaceId);
    expect(await app.query('select from score_recount')).toEqual([]);
    expect((await counts().verify(place.workspaceId)).differences).toBe(0);
  });
});
