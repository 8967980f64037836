import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { newKey } from '../harness/clients.js';
import { newQuestion, rating } from '../harness/questions.js';
import { newSurveyed, type Surveyed } from '../harness/surveyed.js';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

let place: Surveyed;
let admin: string;
beforeEach(async () => {
  place = await newSurveyed(app);
  admin = await newKey(app, { workspaceId: place.workspaceId, scopes: ['admin'] });
});

const name = (channel: string, body: object, key = admin): Promise<Answer> =>
  call(app, `/v1/channels/${encodeURIComponent(channel)}`, { method: 'PATCH', body, key });

async function labels(by: string, more: Record<string, string> = {}): Promise<Record<string, string | null>> {
  const { body } = await place.ask('breakdown', { by, scale: 'csat', ...more });
  return Object.fromEntries(body.groups.map(({ group, label }: Answer['body']) => [group, label]));
}

describe('PATCH /v1/channels/{channel}', () => {
  it('200: gives a channel a name, another one, and none', async () => {
    for (const given of ['Mumbai', 'Pune', null]) {
      const { status, body } = await name('343', { name: given });
      expect([status, body]).toEqual([200, { channel: '343', name: given }]);
    }
  });

  it('200 without a name: it stays as it is', async () => {
    await name('343', { name: 'Mumbai' });
    expect((await name('343', {})).body).toEqual({ channel: '343', name: 'Mumbai' });
    expect((await name('344', {})).body).toEqual({ channel: '344', name: null });
  });

  it.each(['a/b', 'ü ?#%', '\u{1D4B3}'.repeat(255)])('takes the channel %j as entries have it', async (channel) => {
    await place.record({ channel });
    expect((await name(channel, { name: 'N' })).body).toEqual({ channel, name: 'N' });
    expect(Object.values(await labels('channel'))).toEqual([channel.length > 200 ? null : 'N']);
  });

  it('404 for what no entry can have as its channel', async () => {
    expect((await name('x'.repeat(256), { name: 'N' })).status).toBe(404);
  });

  it.each([{ name: '' }, { name: 'x'.repeat(256) }, { name: 1 }, { title: 'N' }])('422 for %j', async (body) => {
    expect((await name('343', body)).status).toBe(422);
  });

  it('leaves the channels of other workspaces alone', async () => {
    const other = await newSurveyed(app);
    await name('343', { name: 'Mumbai' });
    await other.record({ channel: '343' });
    expect((await other.ask('breakdown', { by: 'channel' })).body.groups[0].label).toBeNull();
  });
});

describe('the label of a group', () => {
  it('is the name of a channel; null where it has none, is not given or is all that have no place', async () => {
    const beyond = 'x'.repeat(600);
    await place.record({ channel: '343' }, { channel: '344' }, { channel: null }, { channel: beyond });
    await name('343', { name: 'Mumbai' });
    // What stands for the rest inside is no name to be looked up.
    await name('\uffff', { name: 'Everything' });
    expect(await labels('channel')).toEqual({ '343': 'Mumbai', '344': null, '': null, other: null });
  });

  it('is the name of a bot as it is now; null once it is deleted', async () => {
    const { body: bot } = await call(app, '/v1/bots', { body: { name: 'Shop' }, key: admin });
    await place.record({ bot: bot.id }, { bot: 'nobody' });
    expect(await labels('bot')).toEqual({ [bot.id]: 'Shop', nobody: null });
    await call(app, `/v1/bots/${bot.id}`, { method: 'PATCH', body: { name: 'Shop 2' }, key: admin });
    expect(await labels('bot')).toEqual({ [bot.id]: 'Shop 2', nobody: null });
    await call(app, `/v1/bots/${bot.id}`, { method: 'DELETE', key: admin });
    expect(await labels('bot')).toEqual({ [bot.id]: null, nobody: null });
  });

  it('is the code of a language; null where it is not given or none', async () => {
    await place.record({ language: 'en_gb' }, { language: null }, { language: 'no language' });
    expect(await labels('language')).toEqual({ 'en-GB': 'en-GB', '': null, other: null });
  });

  it('is the text of a question, and of no other instrument', async () => {
    const id = String(await newQuestion(app, rating, admin));
    await place.record({ source: 'question', instrument: id }, { instrument: id }, { instrument: 'S' });
    await place.record({ source: 'question', instrument: 'no number' });
    const { body } = await place.ask('breakdown', { by: 'instrument', scale: 'csat' });
    const found = body.groups.map(({ source, group, label }: Answer['body']) => [source, group, label]);
    expect(found.toSorted()).toEqual(
      [
        ['question', id, rating.question],
        ['question', 'no number', null],
        ['survey', id, null],
        ['survey', 'S', null],
      ].toSorted(),
    );
  });
});

describe('the label of an instrument', () => {
  it('is the newest text of a question, wherever it is named', async () => {
    const id = String(await newQuestion(app, rating, admin));
    await place.record({ source: 'question', instrument: id, comment: 'Well.' });
    const change = { method: 'PATCH', body: { question: 'And now?' }, key: admin };
    expect((await call(app, `/v1/questions/${id}`, change)).status).toBe(200);
    for (const path of ['summary', 'timeline', 'breakdown?by=bot', 'comparison?a=bot%3Da&b=bot%3Db']) {
      const { body } = await call(app, `/v1/analytics/${path}`, { key: place.key });
      expect([path, body.instrument, body.label]).toEqual([path, id, 'And now?']);
    }
    for (const path of ['instruments', 'text'])
      expect((await place.ask(path)).body.data).toMatchObject([{ instrument: id, label: 'And now?' }]);
  });

  it('is null where there are several, or none', async () => {
    await place.record({ instrument: 'A' }, { instrument: 'B' });
    expect((await place.ask('breakdown', { by: 'instrument' })).body).toMatchObject({ instrument: null, label: null });
    expect((await place.ask('summary', { scale: 'csat', instrument: 'A' })).body.label).toBeNull();
  });
});

describe('GET /v1/workspace', () => {
  it('200 with the name of the workspace that the key opens', async () => {
    const { status, body } = await call(app, '/v1/workspace', { key: place.key });
    expect([status, body.id]).toEqual([200, place.workspaceId]);
    expect(body).toMatchObject({ slug: expect.any(String), name: expect.any(String) });
  });
});
