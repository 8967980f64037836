import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { samples } from '../harness/authorisation.samples.js';
import { document } from '../harness/documented.js';
import { newQuestion, text } from '../harness/questions.js';

/** Written as RFC 3339 allows and hardly anybody does: the leap second at the end of 2016. */
const leap = '2017-01-01t01:59:60.75+02:00';
const read = '2017-01-01T00:00:00.750Z';

let app: TestApp;
let webhook: string;
beforeAll(async () => {
  app = await startApp();
  webhook = (await call(app, '/v1/webhooks', { body: { url: 'https://hooks.example/', events: ['ping'] } })).body.id;
});
afterAll(() => app.close());

/** Every operation of the document that is asked with instants, and their names. */
const asked = Object.entries(document.paths).flatMap(([path, { get }]) => {
  const parameters = get?.parameters ?? [];
  const names = parameters
    .filter(({ schema }) => JSON.stringify(schema).includes('"date-time"'))
    .map(({ name }) => name);
  return names.map((name) => [path, name] as const);
});

it('lists, exports and scores are asked with instants', () => expect(asked.length).toBeGreaterThan(10));

describe.each(asked)('GET %s with %s', (path, name) => {
  const ask = (query: string): Promise<Answer> => {
    const others = new URLSearchParams(samples[`GET ${path}`]!.query?.({}));
    return call(app, `${path.replace('{id}', webhook)}?${others.toString()}&${query}`);
  };

  it('takes a leap second and small letters', async () => {
    // The other end of the span is now, or open.
    const instant = name === 'to' ? leap.replace('2017', '9017') : leap;
    expect((await ask(`${name}=${encodeURIComponent(instant)}`)).status).toBe(200);
  });

  it('says of a + that was not escaped how it is written', async () => {
    const { status, body } = await ask(`${name}=2017-01-01T02:00:00+02:00`);
    expect([status, body.errors]).toEqual([
      422,
      [
        {
          pointer: `/${name}`,
          detail: expect.stringContaining('its + has become a blank, in a query it is written %2B'),
        },
      ],
    ]);
  });
});

describe('a leap second is kept as the next second', () => {
  it.each([
    ['/feedback', { type: 'positive', messageId: 'm', createdAt: leap }, 'createdAt'],
    ['/v1/feedback', { instrument: 'i', scale: 'thumb', score: 1, occurredAt: leap }, 'occurredAt'],
    [
      '/v1/credentials',
      { name: 'n', type: 'api-key', scopes: ['admin'], expiresAt: leap.replace('2017', '9017') },
      'expiresAt',
    ],
  ])('POST %s', async (path, body, member) => {
    const answer = await call(app, path, { body });
    expect(answer.body[member].replace('9017', '2017')).toBe(read);
  });

  it('POST /v1/questions/{id}/answers', async () => {
    const id = await newQuestion(app, text);
    const { body } = await call(app, `/v1/questions/${id}/answers`, { body: { value: 'a', occurredAt: leap } });
    expect(body.occurredAt).toBe(read);
  });

  it('and filters go by that', async () => {
    const at = (createdAt: string) =>
      call(app, '/feedback', { body: { type: 'positive', messageId: 'leap', createdAt } });
    await at('2018-01-01T00:00:00Z');
    await at('2017-12-31T23:59:59.999Z');
    const from = await call(app, '/v1/feedback?from=2017-12-31t23:59:60z&to=2018-01-02T00:00:00Z');
    const to = await call(app, '/v1/feedback?from=2017-12-31T00:00:00Z&to=2017-12-31t23:59:60z');
    expect([from, to].map(({ body }) => body.data.map(({ occurredAt }: { occurredAt: string }) => occurredAt))).toEqual(
      [['2018-01-01T00:00:00.000Z'], ['2017-12-31T23:59:59.999Z']],
    );
  });
});
