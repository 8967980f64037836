import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { IdempotencyPurge } from '../../src/idempotency/idempotency.purge.js';
import { adminKey, type Answer, call, type Call, startApp, type TestApp } from '../harness/app.js';
import { callAs, newClient } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { rawRequest, sendRaw } from '../harness/raw.js';
import { until } from '../harness/until.js';
import { messagePath, userPath } from '../harness/user-feedback.js';

let app: TestApp;
let replica: TestApp;
beforeAll(async () => {
  app = await startApp();
  replica = await startApp({}, { beside: app });
});
afterAll(async () => {
  await replica.close();
  await app.close();
});
afterEach(() =>
  app.query('drop trigger if exists hindrance on idempotency_key; drop trigger if exists hindrance on question'),
);

let made = 0;
const fresh = (): string => `key-of-a-test-${++made}`;

/** Adds a question, of which there may be many with one text. */
const add = (name: string, key: string, options: Call & { at?: TestApp } = {}): Promise<Answer> =>
  call(options.at ?? app, '/v1/questions', { body: asking(name), headers: { 'idempotency-key': key }, ...options });

const asking = (question: string): object => ({ question, type: 'Text', config: { limit: 100 } });

const numberOf = async (name: string): Promise<number> =>
  (await app.query<{ n: number }>('select count(*)::int as n from question where question = $1', [name]))[0]!.n;

const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

/** Makes the database raise `sqlstate`, `times` times, when `what` happens. */
async function hinder(what: string, sqlstate: string, times: number): Promise<void> {
  await app.query(`
    drop sequence if exists hindrances;
    create sequence hindrances;
    create or replace function hinder() returns trigger language plpgsql as $$ begin
      if nextval('hindrances') <= ${times} then raise exception using errcode = '${sqlstate}'; end if;
      return new;
    end $$;
    create trigger hindrance ${what} for each row execute function hinder()`);
}

describe('the same request with the same Idempotency-Key', () => {
  it('is answered as the first time, and nothing is done again', async () => {
    const first = await add('replayed', 'replayed-1');
    const second = await add('replayed', 'replayed-1');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.headers.get('location')).toBe(`/v1/questions/${first.body.id}`);
    expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
    expect(await numberOf('replayed')).toBe(1);
  });

  it('is the same at the other replica, with a slash at the end and with another query', async () => {
    const key = fresh();
    const first = await add('elsewhere', key);
    const options = { body: asking('elsewhere'), headers: { 'idempotency-key': key } };
    for (const again of [await call(replica, '/v1/questions/', options), await add('elsewhere', key, { at: replica })])
      expect([again.status, again.body, isReplay(again)]).toEqual([201, first.body, true]);
    const fields = [`Authorization: Bearer ${adminKey}`, 'Content-Type: application/json', `Idempotency-Key: ${key}`];
    const whole = rawRequest(`POST http://any.example/v1/questions`, fields, JSON.stringify(asking('elsewhere')));
    expect((await sendRaw(app, whole)).headers['idempotency-replayed']).toBe('true');
    expect(await numberOf('elsewhere')).toBe(1);
  });

  it('is done once, however many come at once at two replicas', async () => {
    const key = fresh();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => add('raced', key, { at: index % 2 ? app : replica })),
    );
    expect(await numberOf('raced')).toBe(1);
    expect(answers.filter((answer) => answer.status === 201 && !isReplay(answer))).toHaveLength(1);
    const others = answers.filter((answer) => answer.status !== 201);
    expect(others.map(({ status, headers, body }) => [status, headers.get('retry-after'), body.code])).toEqual(
      others.map(() => [409, '1', 'conflict']),
    );
    expect((await add('raced', key)).body).toEqual(answers.find(({ status }) => status === 201)!.body);
  });

  it('is done once where the transaction has to be repeated', async () => {
    await hinder('before insert on question', '40001', 2);
    const answer = await add('repeated', fresh());
    expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    expect(await numberOf('repeated')).toBe(1);
  });

  it('is an entry once', async () => {
    const { body: question } = await call(app, '/v1/questions', {
      body: asking('How was it?'),
    });
    const key = fresh();
    const answer = (): Promise<Answer> =>
      call(app, `/v1/questions/${question.id}/answers`, {
        body: { value: 'fine', respondent: 'once' },
        headers: { 'idempotency-key': key },
      });
    const first = await answer();
    const second = await answer();
    expect([first.status, second.status, isReplay(second)]).toEqual([201, 201, true]);
    expect(second.body).toEqual(first.body);
    const { body } = await call(app, '/v1/feedback?respondent=once');
    expect(body.data).toEqual([expect.objectContaining({ id: first.body.id, comment: 'fine' })]);
    expect(first.headers.get('location')).toBe(`/v1/feedback/${first.body.id}`);
  });
});

it.each([
  ['/v1/workspaces', { slug: 'idempotent', name: 'idempotent' }],
  ['/v1/credentials', { name: 'idempotent', type: 'api-key', scopes: ['feedback:write'] }],
  ['/v1/bots', { name: 'idempotent' }],
  ['/v1/departments', { name: 'idempotent' }],
  ['/v1/questions', asking('idempotent')],
])('POST %s is answered as the first time', async (path, body) => {
  const options = { body, headers: { 'idempotency-key': fresh() } };
  const first = await call(app, path, options);
  const second = await call(app, path, options);
  expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
  expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
  expect(second.headers.get('location')).toBe(`${path}/${first.body.id}`);
});

describe('the same Idempotency-Key', () => {
  it('422 with another body, down to its bytes', async () => {
    const key = fresh();
    await add('reused', key);
    const raw = ` ${JSON.stringify(asking('reused'))}`;
    for (const answer of [
      await add('other', key),
      await add('', key, { raw }),
      await add('', key, { raw, at: replica }),
    ])
      expect([answer.status, answer.body.detail]).toEqual([
        422,
        'the Idempotency-Key was used before, for another body',
      ]);
    expect([await numberOf('reused'), await numberOf('other')]).toEqual([1, 0]);
  });

  it('is another one for another path, credential or workspace', async () => {
    const key = fresh();
    const workspace = await makeWorkspace(app, 'other');
    const foreign = await makeCredential(app, { workspace, scopes: ['admin'] });
    const colleague = await makeCredential(app, { scopes: ['questions:write'] });
    for (const caller of [undefined, foreign.key, colleague.key]) {
      const answer = await add('scoped', key, { ...(caller && { key: caller }) });
      expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    }
    const options = { body: { slug: 'scoped', name: 'scoped' }, headers: { 'idempotency-key': key } };
    const elsewhere = await call(app, '/v1/workspaces', options);
    expect([elsewhere.status, isReplay(elsewhere)]).toEqual([201, false]);
    expect(await numberOf('scoped')).toBe(3);
  });

  it('409 with Retry-After, at once, while the first request is still running here', async () => {
    const key = fresh();
    const other = await app.connect();
    await other.query('begin; lock table question in access exclusive mode');
    const first = add('slow', key);
    try {
      await until(async () => (await app.waitingForLocks()) > 0);
      const asked = performance.now();
      const refused = await add('slow', key);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([409, '1']);
      // Whoever waits for a lock waits a second.
      expect(performance.now() - asked).toBeLessThan(1_000);
    } finally {
      await other.end();
    }
    expect((await first).status).toBe(201);
  });

  it('409 with Retry-After while another replica has not committed for a second, then the first answer', async () => {
    const key = fresh();
    const other = await app.connect();
    await add('waited for', key);
    await other.query('begin');
    await other.query(`update idempotency_key set created_at = now() - interval '25 hours' where key = $1`, [key]);
    const refused = await add('waited for', key);
    expect([refused.status, refused.headers.get('retry-after'), refused.body.type]).toEqual([
      409,
      '1',
      '/problems/request-still-running',
    ]);
    const waiting = add('waited for', key);
    await other.query('rollback');
    await other.end();
    expect(isReplay(await waiting)).toBe(true);
    expect(await numberOf('waited for')).toBe(1);
  });

  it('may be used again after a failure, for another body too', async () => {
    const key = fresh();
    expect((await add('', key)).status).toBe(422);
    await hinder('before insert on question', '57014', 1);
    expect((await add('corrected', key)).status).toBe(503);
    const corrected = await add('corrected', key);
    expect([corrected.status, isReplay(corrected)]).toEqual([201, false]);
  });

  it('may be used again after 24 hours', async () => {
    const key = fresh();
    await add('aged', key);
    const age = (hours: string): Promise<unknown> =>
      app.query(`update idempotency_key set created_at = now() - $2::interval where key = $1`, [key, hours]);
    await age('23:59:50');
    expect(isReplay(await add('aged', key))).toBe(true);
    await age('24:00:00');
    expect(isReplay(await add('aged', key))).toBe(false);
    expect(isReplay(await add('aged', key))).toBe(true);
    expect(await numberOf('aged')).toBe(2);
  });

  it.each(['seven77', 'x'.repeat(256), 'with space', 'with-ä-umlaut', 'tab\tinside', ''])(
    '400 for %.12j',
    async (key) => {
      const headers = { 'idempotency-key': Buffer.from(key).toString('latin1') };
      const { status, body } = await call(app, '/v1/questions', { body: asking('badly named'), headers });
      expect([status, body.detail]).toEqual([400, 'Idempotency-Key must be 8 to 255 visible ASCII characters']);
      expect(await numberOf('badly named')).toBe(0);
    },
  );

  it('400 if it is sent twice', async () => {
    const response = await fetch(`${app.url}/v1/questions`, {
      method: 'POST',
      headers: [
        ['authorization', `Bearer ${adminKey}`],
        ['content-type', 'application/json'],
        ['idempotency-key', 'sent-twice-1'],
        ['idempotency-key', 'sent-twice-2'],
      ],
      body: JSON.stringify(asking('badly named')),
    });
    expect(response.status).toBe(400);
  });

  it.each(['"quoted-key"', '!~!~!~!~', 'x'.repeat(255)])('may be %j', async (key) => {
    expect((await add('well named', key)).status).toBe(201);
  });

  it('says nothing to who may not ask', async () => {
    const key = fresh();
    await add('closed', key);
    expect((await add('closed', key, { key: null })).status).toBe(401);
    const reader = await makeCredential(app, { scopes: ['questions:read'] });
    expect((await add('closed', key, { key: reader.key })).status).toBe(403);
  });
});

describe('a kept answer', () => {
  it('is stored with what it says, or neither is', async () => {
    await hinder('before update on idempotency_key', '57014', 1);
    const key = fresh();
    expect((await add('together', key)).status).toBe(503);
    expect(await numberOf('together')).toBe(0);
    expect((await add('together', key)).status).toBe(201);
  });

  it.each([
    [{ type: 'api-key' }, ['key']],
    [{ type: 'client' }, ['clientSecret']],
  ])('has null for the secrets of %j', async (type, secrets) => {
    const key = fresh();
    const options = {
      body: { name: 'secret', scopes: ['feedback:write'], ...type },
      headers: { 'idempotency-key': key },
    };
    const first = await call(app, '/v1/credentials', options);
    const second = await call(app, '/v1/credentials', options);
    const hidden = Object.fromEntries(secrets.map((name) => [name, null]));
    expect(second.body).toEqual({ ...first.body, ...hidden });
    expect(isReplay(second)).toBe(true);
    const kept = JSON.stringify(await app.query('select * from idempotency_key where key = $1', [key]));
    for (const name of secrets) expect(kept).not.toContain(first.body[name]);
  });

  it('of a rotation: the key is changed once', async () => {
    const credential = await makeCredential(app);
    const options = { body: {}, headers: { 'idempotency-key': fresh() } };
    const first = await call(app, `/v1/credentials/${credential.id}/rotation`, options);
    const second = await call(app, `/v1/credentials/${credential.id}/rotation`, options);
    expect([first.status, second.status, second.body.key]).toEqual([first.status, first.status, null]);
    const body = { type: 'positive', messageId: 'm' };
    expect((await call(app, '/feedback', { body, key: first.body.key })).status).toBe(200);
  });

  it.each([
    ['its respondent is erased', (): Call & { path: string } => ({ path: '/v1/respondents/gone', method: 'DELETE' })],
    [
      'its entry is deleted',
      (id: string): Call & { path: string } => ({ path: `/v1/feedback/${id}`, method: 'DELETE' }),
    ],
  ])('is forgotten when %s', async (_, removal) => {
    const { body: question } = await call(app, '/v1/questions', {
      body: asking('How was it?'),
    });
    const answer = (respondent: string): Promise<Answer> =>
      call(app, `/v1/questions/${question.id}/answers`, {
        body: { value: 'private words', respondent },
        headers: { 'idempotency-key': `words-of-${respondent}-${made}` },
      });
    made++;
    const { body: entry } = await answer('gone');
    await answer('stays');
    const { path, ...options } = removal(entry.id);
    expect((await call(app, path, options)).status).toBeLessThan(300);
    const kept = await app.query<{ key: string }>(
      `select key from idempotency_key where answer::text like '%private words%'`,
    );
    expect(kept.map(({ key }) => key)).toContain(`words-of-stays-${made}`);
    expect(kept.map(({ key }) => key)).not.toContain(`words-of-gone-${made}`);
    expect(isReplay(await answer('gone'))).toBe(false);
    expect(isReplay(await answer('stays'))).toBe(true);
  });

  it('that tells of a person without an entry is forgotten when they are erased', async () => {
    const client = await newClient(app);
    const send = (path: string, body: object) =>
      callAs(client, app, path, { body, headers: { 'idempotency-key': `kept-of-${path}` } });
    const requests: [string, object][] = [
      [userPath, { auth_id: 'erased', name: 'Ann Erased' }],
      [messagePath, { user: { auth_id: 'erased' }, message_body: 'told in private', message_type: 0, business_id: 1 }],
    ];
    for (const [path, body] of requests) expect((await send(path, body)).status).toBe(200);
    const about = (): Promise<unknown[]> =>
      app.query(`select from idempotency_key where answer::text ~ 'Ann Erased|told in private'`);
    expect(await about()).toHaveLength(2);
    await call(app, '/v1/respondents/erased', { method: 'DELETE' });
    expect(await about()).toEqual([]);
  });

  it('that an earlier release kept by the spelling of the path is given again', async () => {
    const key = fresh();
    const path = '/v1/%71uestions';
    const send = () => call(app, path, { body: asking('spelled'), headers: { 'idempotency-key': key } });
    const first = await send();
    const digest = (of: string) => createHash('sha256').update(`POST ${of}`).digest();
    await app.query('update idempotency_key set operation = $2 where key = $1 and operation = $3', [
      key,
      digest(path),
      digest('/v1/questions'),
    ]);
    const second = await send();
    expect([second.status, isReplay(second), second.body]).toEqual([201, true, first.body]);
    await app.query(`update idempotency_key set created_at = now() - interval '24 hours' where key = $1`, [key]);
    expect(isReplay(await send())).toBe(false);
    expect(await numberOf('spelled')).toBe(2);
  });

  it('is purged after 24 hours, and not before', async () => {
    const [old, young] = [fresh(), fresh()];
    await add('purged', old);
    await add('purged', young);
    await app.query(`update idempotency_key set created_at = now() - interval '24 hours' where key = $1`, [old]);
    await app.nest.get(IdempotencyPurge, { strict: false }).purge();
    const rows = await app.query<{ key: string }>('select key from idempotency_key where key = any($1)', [
      [old, young],
    ]);
    expect(rows).toEqual([{ key: young }]);
  });
});

it('a process that starts purges what others have left', async () => {
  const key = fresh();
  await add('left behind', key);
  await app.query(`update idempotency_key set created_at = now() - interval '24 hours' where key = $1`, [key]);
  const another = await startApp({}, { beside: app });
  await until(async () => (await app.query('select from idempotency_key where key = $1', [key])).length === 0);
  await another.close();
});

it('many different keys at once wait for one another, and all are served', async () => {
  const { body: question } = await call(app, '/v1/questions', { body: asking('How was it?') });
  const answer = async (index: number): Promise<Answer> => {
    const headers = { 'idempotency-key': `crowded-${index}` };
    const given = await call(app, `/v1/questions/${question.id}/answers`, { body: { value: 'crowd' }, headers });
    // On a busy machine the last ones are told to come again.
    return given.status === 503 ? answer(index) : given;
  };
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => answer(index)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  expect((await call(app, `/v1/feedback?instrument=${question.id}`)).body.data).toHaveLength(40);
});
