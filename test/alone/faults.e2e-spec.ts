import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type pg from 'pg';
import { adminKey, type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { host, port } from '../harness/database.js';
import { type DatabaseProxy, proxyTo } from '../harness/database-proxy.js';
import { until } from '../harness/until.js';

interface LogLine {
  level: number;
  msg: string;
  reqId?: string;
  err?: { message: string; code?: string; stack?: string; cause?: { message: string; code?: string } };
}

jest.setTimeout(20_000);

let app: TestApp;
let proxy: DatabaseProxy;
let log: LogLine[] = [];
let counter = 0;

beforeAll(async () => {
  proxy = await proxyTo(host, port);
  const lines = new PassThrough().setEncoding('utf8');
  lines.on('data', (line: string) => log.push(JSON.parse(line) as LogLine));
  const via = { host: '127.0.0.1', port: proxy.port };
  app = await startApp({ LOG_LEVEL: 'warn' }, { log: lines, via, deadlocks: true });
});
afterAll(async () => {
  await app.close();
  await proxy.cut();
});
afterEach(() => {
  log = [];
});

/** What no answer may hold: a stack, SQL, the names of what is inside. */
const inside =
  /\n\s+at |\.[jt]s\b|node_modules|node:internal|\b(select|insert into|update .* set|relation|column|constraint|violates|deadlock|backend|postgres|pg_|mikro|kysely|sqlstate|ECONN\w+)\b|feedback_entry|workspace_id|127\.0\.0\.1|afterword/i;

const submit = (members: object = {}, key = adminKey): Promise<Answer> =>
  call(app, '/feedback', { body: { id: `f-${++counter}`, type: 'positive', messageId: 'm', ...members }, key });
const storedIds = async (): Promise<string[]> =>
  (await app.query<{ id: string }>('select external_id as id from feedback_entry')).map(({ id }) => id);
const works = async (): Promise<boolean> => (await submit()).status === 200;

/** An error in the door's shape, that says nothing of the inside and can be found in the log. */
function expectProblem(answer: Answer, status: number): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const title = { 422: 'Unprocessable Entity', 500: 'Internal Server Error', 503: 'Service Unavailable' }[status]!;
  const code = title.toLowerCase().replaceAll(' ', '_');
  expect(answer.body).toMatchObject({
    title,
    status,
    code,
    detail: expect.any(String),
    instance: '/feedback',
    requestId: answer.headers.get('x-request-id'),
    error: { code, message: answer.body.detail },
  });
  expect(JSON.stringify(answer.body)).not.toMatch(inside);
  if (status === 503) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  else expect(answer.headers.get('retry-after')).toBeNull();
}

/** What was logged under the id of this request. */
function loggedCause({ headers }: Answer): string {
  const lines = log.filter(({ reqId }) => reqId === headers.get('x-request-id'));
  expect(lines).toHaveLength(1);
  return `${lines[0]!.err?.code} ${lines[0]!.err?.message} ${JSON.stringify(lines[0]!.err?.cause)}`;
}

/** Work of its own on a connection past the proxy. */
async function onTheSide(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = await app.connect();
  await work(client).finally(() => client.end());
}

/** Every write waits meanwhile. */
const whileLocked = (work: () => Promise<unknown>): Promise<void> =>
  onTheSide(async (client) => {
    await client.query('begin; lock table feedback_entry in access exclusive mode');
    await work();
  });

describe('500, with the cause in the log and nowhere else', () => {
  it.each<[string, string, string, RegExp]>([
    [
      'a missing table',
      'alter table feedback_entry rename to gone',
      'alter table gone rename to feedback_entry',
      /42P01|does not exist/,
    ],
    [
      'a missing column',
      'alter table feedback_entry rename column message to gone',
      'alter table feedback_entry rename column gone to message',
      /42703|does not exist/,
    ],
    [
      'a constraint that nobody knows of',
      `alter table feedback_entry add constraint unknown check (message <> 'm') not valid`,
      'alter table feedback_entry drop constraint unknown',
      /23514|unknown/,
    ],
    [
      'a trigger that fails',
      `create function fail() returns trigger language plpgsql as $$ begin raise exception 'secret inside'; end $$;
       create trigger fail before insert on feedback_entry for each row execute function fail()`,
      'drop function fail cascade',
      /P0001|secret inside/,
    ],
  ])('%s', async (_, damage, repair, cause) => {
    await app.query(damage);
    try {
      const answer = await submit();
      expectProblem(answer, 500);
      expect(loggedCause(answer)).toMatch(cause);
    } finally {
      await app.query(repair);
    }
    expect(await works()).toBe(true);
  });

  it('a table of credentials that is missing', async () => {
    await app.query('alter table credential rename to gone');
    const answer = await submit({}, 'some-unknown-key');
    await app.query('alter table gone rename to credential');
    expectProblem(answer, 500);
    expect(loggedCause(answer)).toMatch(/42P01|does not exist/);
    expect((await submit({}, 'some-unknown-key')).status).toBe(401);
  });

  it('one row that the database refuses fails alone', async () => {
    await app.query(`alter table feedback_entry add constraint picky check (comment <> 'bad') not valid`);
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => submit({ details: n % 20 === 7 ? 'bad' : 'good' })),
    );
    await app.query('alter table feedback_entry drop constraint picky');
    expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n % 20 === 7 ? 500 : 200)));
    for (const answer of answers.filter(({ status }) => status === 500)) expectProblem(answer, 500);
    const stored = await storedIds();
    for (const { body } of answers.filter(({ status }) => status === 200)) expect(stored).toContain(body.id);
  });

  it('a value that the database refuses as data is 422', async () => {
    await app.query(
      `create function fail() returns trigger language plpgsql as
       $$ begin raise exception 'secret inside' using errcode = '22P02'; end $$;
       create trigger fail before insert on feedback_entry for each row execute function fail()`,
    );
    const answer = await submit();
    await app.query('drop function fail cascade');
    expectProblem(answer, 422);
    expect(await works()).toBe(true);
  });
});

describe('503 with Retry-After', () => {
  const failWith = (code: string): Promise<unknown> =>
    app.query(
      `create function fail() returns trigger language plpgsql as
       $$ begin raise exception 'secret inside' using errcode = '${code}'; end $$;
       create trigger fail before insert on feedback_entry for each row execute function fail()`,
    );

  it.each(['25006', '53100', '53300', '55000', '57014', '57P01', '57P03', '58030', '08006', '40001', '40P01'])(
    'SQLSTATE %s',
    async (code) => {
      await failWith(code);
      const answer = await submit();
      await app.query('drop function fail cascade');
      expectProblem(answer, 503);
      expect(await works()).toBe(true);
    },
  );

  it('the cause is logged once a second', async () => {
    await failWith('57P01');
    const logged = (): LogLine[] => log.filter(({ err }) => JSON.stringify(err)?.includes('57P01'));
    const submissions = await Promise.all(Array.from({ length: 50 }, () => submit()));
    for (const answer of submissions) expectProblem(answer, 503);
    expect(logged().length).toBeLessThan(10);
    await until(async () => (await submit()).status === 503 && logged().length > 0);
    await app.query('drop function fail cascade');
  });

  it('the table is locked: within 2 s, and served again afterwards', async () => {
    const started = performance.now();
    await whileLocked(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => submit()));
      for (const answer of answers) expectProblem(answer, 503);
      expect(performance.now() - started).toBeLessThan(2_200);
    });
    await until(works);
  });

  it('the queue is full: at once', async () => {
    const large = { type: 'positive', messageId: 'm', details: 'x'.repeat(2_000_000) };
    const raw = Buffer.from(JSON.stringify(large));
    await whileLocked(async () => {
      const answers = await Promise.all(Array.from({ length: 14 }, () => call(app, '/feedback', { raw })));
      for (const answer of answers) expectProblem(answer, 503);
      expect(answers.map(({ body }) => body.detail)).toContain('too many submissions at once');
    });
    await until(works);
  });

  it('the database is away: for every submission and every unknown key, and served again when it is back', async () => {
    // What an earlier test did to the storage is over.
    expect((await call(app, '/readyz')).body.storage).toBe('written');
    await proxy.cut();
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => submit({}, n % 2 ? adminKey : 'unknown')));
    expect(performance.now() - started).toBeLessThan(2_000);
    expect((await call(app, '/livez')).status).toBe(200);
    const ready = await call(app, '/readyz');
    await proxy.mend();
    for (const answer of answers) expectProblem(answer, 503);
    expect([ready.status, ready.body]).toEqual([
      503,
      { status: 'not ready', database: 'down', storage: 'written', bodies: 'taken', answers: 'given', draining: false },
    ]);
    await until(works);
    expect((await call(app, '/readyz')).body).toEqual({
      status: 'ready',
      database: 'up',
      storage: 'written',
      bodies: 'taken',
      answers: 'given',
      draining: false,
    });
  });

  it('the database hangs: every request is answered within 2 s, and served again within 5 s', async () => {
    expect(await works()).toBe(true);
    proxy.freeze();
    const started = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => submit()));
    const seconds = (performance.now() - started) / 1_000;
    await proxy.mend();
    for (const answer of answers) expectProblem(answer, 503);
    expect(seconds).toBeLessThan(2.2);
    await until(works);
  });

  it('the database hangs: /readyz says so within 2 s', async () => {
    proxy.freeze();
    const started = performance.now();
    const ready = await call(app, '/readyz');
    const seconds = (performance.now() - started) / 1_000;
    await proxy.mend();
    expect([ready.status, ready.body.database]).toEqual([503, 'down']);
    expect(seconds).toBeLessThan(2);
    await until(works);
  });

  it('the database hangs: an unknown key is answered within 2 s', async () => {
    expect((await submit({}, 'unknown')).status).toBe(401);
    proxy.freeze();
    const started = performance.now();
    const answer = await submit({}, 'another-unknown');
    const seconds = (performance.now() - started) / 1_000;
    await proxy.mend();
    expectProblem(answer, 503);
    await until(works);
    expect(seconds).toBeLessThan(2.2);
  });
});

describe('backends that are terminated all the time', () => {
  it('lose no acknowledged entry and double none', async () => {
    const acknowledged: string[] = [];
    const others: Answer[] = [];
    const begun = performance.now();
    // Long enough for a busy machine to acknowledge as many, and not for ever.
    const goesOn = () => performance.now() < begun + (acknowledged.length > 50 ? 2_500 : 20_000);
    const clients = Array.from({ length: 16 }, async () => {
      while (goesOn()) {
        const answer = await submit({ id: ++counter % 2 ? `s-${counter}` : undefined });
        if (answer.status === 200) acknowledged.push(answer.body.id as string);
        else others.push(answer);
      }
    });
    const storm = onTheSide(async (client) => {
      while (goesOn()) {
        await client.query(
          `select pg_terminate_backend(pid), pg_sleep(0.05) from pg_stat_activity
           where datname = current_database() and usename = current_user and application_name <> 'test'`,
        );
      }
    });
    await Promise.all([...clients, storm]);
    await until(works);
    const stored = await storedIds();
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(new Set(stored).size).toBe(stored.length);
    const there = new Set(stored);
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([]);
    for (const answer of others) expectProblem(answer, 503);
  });
});
