import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { newDepartment, newKey, newQuestion, pointersOf, rating } from '../harness/questions.js';

const path = '/api/v1/account/department';
let app: TestApp;
let foreignKey: string;
beforeAll(async () => {
  app = await startApp();
  foreignKey = await newKey(app, ['questions:read', 'questions:write'], 'elsewhere');
});
afterAll(() => app.close());

const add = (...names: string[]): Promise<Answer> =>
  call(app, path, { body: { department_list: names.map((name) => ({ name, status: 'active' })) } });
const put = (id: number, body: unknown): Promise<Answer> => call(app, `${path}/${id}`, { method: 'PUT', body });
const remove = (query: string): Promise<Answer> => call(app, `${path}${query}`, { method: 'DELETE' });
const names = async (): Promise<string[]> =>
  (await call(app, path)).body.data.data.map(({ name }: { name: string }) => name);

const duplicate = (...pointers: string[]) => ({
  error: {
    type: 'ERROR_DUPLICATE_RECORD_FOUND',
    message: 'there is a department of that name already',
    fields: pointers.map((pointer) => ({ pointer, detail: 'name is in use already' })),
  },
});
const notFound = { error: { type: 'ERROR_RECORD_NOT_FOUND', message: 'not found' } };

describe(`POST ${path}`, () => {
  it('200 with what was added', async () => {
    const answer = await add('Sales');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: [{ name: 'Sales', status: 'active', id: expect.any(Number) }] });
  });

  it('200 with a status in upper case, or without one', async () => {
    const body = { department_list: [{ name: 'Upper', status: 'DISABLED' }, { name: 'Without' }] };
    const answer = await call(app, path, { body });
    expect(answer.body.data).toMatchObject([{ status: 'disabled' }, { status: 'active' }]);
  });

  it('answers in the order of the list, whatever the order of the names', async () => {
    expect((await add('order-b', 'order-a')).body.data).toMatchObject([{ name: 'order-b' }, { name: 'order-a' }]);
  });

  it('400 for a name in use, and stores nothing of the list', async () => {
    await add('In use');
    const answer = await add('Beside it', 'In use');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(duplicate('/department_list/1/name'));
    expect(await names()).not.toContain('Beside it');
  });

  it('400 for a name twice in one list, and stores nothing of it', async () => {
    const answer = await add('Twice', 'Once', 'Twice');
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(duplicate('/department_list/2/name'));
    expect(await names()).not.toContain('Once');
  });

  it('takes one of the same names sent at once, and refuses the others', async () => {
    for (let round = 0; round < 10; round++) {
      const lists = [
        [`a${round}`, `b${round}`],
        [`b${round}`, `a${round}`],
      ] as const;
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => add(...lists[index % 2]!)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      const refused = answers.filter(({ body }) => body.error?.type === 'ERROR_DUPLICATE_RECORD_FOUND');
      expect(refused).toHaveLength(9);
    }
  });

  it.each([
    ['without a list', {}, ['/department_list']],
    ['an empty list', { department_list: [] }, ['/department_list']],
    ['no list', { department_list: 'Sales' }, ['/department_list']],
    ['no objects', { department_list: ['Sales'] }, ['/department_list/0']],
    [
      'wrong members',
      { department_list: [{ name: ' ', status: 'gone' }, { status: 'active' }] },
      ['/department_list/0/name', '/department_list/0/status', '/department_list/1/name'],
    ],
    ['a name of 256 characters', { department_list: [{ name: 'x'.repeat(256) }] }, ['/department_list/0/name']],
    ['NUL in a name', { department_list: [{ name: 'a\0b' }] }, ['/department_list/0/name']],
  ])('400 for %s', async (_, body, pointers) => {
    const answer = await call(app, path, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ type: 'ERROR_INVALID_INPUT', message: expect.any(String) });
    expect(pointersOf(answer)).toEqual(pointers);
  });

  it('400 for malformed JSON', async () => {
    const answer = await call(app, path, { raw: '{' });
    expect(answer.status).toBe(400);
    expect(answer.body.error.type).toBe('ERROR_INVALID_INPUT');
  });
});

describe(`GET ${path}`, () => {
  it('200 with every department of the workspace, oldest first', async () => {
    const id = await newDepartment(app, 'Foreign', foreignKey);
    const answer = await call(app, path, { key: foreignKey });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: { count: 1, data: [{ id, name: 'Foreign', status: 'active' }] } });
  });

  it('200 with one, trailing slash or not', async () => {
    const id = await newDepartment(app, 'One');
    for (const slash of ['', '/'])
      expect((await call(app, `${path}/${id}${slash}`)).body).toEqual({ data: { id, name: 'One', status: 'active' } });
  });

  it.each(['999999999', '9007199254740993', 'abc', '0', '-1', '01', '1.0'])('404 for %s', async (id) => {
    const answer = await call(app, `${path}/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(notFound);
  });
});

describe(`PUT ${path}/{id}`, () => {
  it('200 with the department; what is absent stays', async () => {
    const id = await newDepartment(app, 'Old name');
    expect((await put(id, { name: 'New name' })).body).toEqual({ data: { id, name: 'New name', status: 'active' } });
    expect((await put(id, { status: 'disabled' })).body).toEqual({
      data: { id, name: 'New name', status: 'disabled' },
    });
    expect((await put(id, { name: 'New name' })).status).toBe(200);
  });

  it('400 for a name in use', async () => {
    await newDepartment(app, 'Taken');
    const answer = await put(await newDepartment(app, 'Other'), { name: 'Taken' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(duplicate('/name'));
  });

  it('400 for a null and a wrong status', async () => {
    const answer = await put(await newDepartment(app, 'Null'), { name: null, status: 'x' });
    expect(answer.status).toBe(400);
    expect(pointersOf(answer)).toEqual(['/name', '/status']);
  });

  it('404 for an unknown id', async () => {
    const answer = await put(999_999_999, { name: 'x' });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(notFound);
  });
});

describe(`DELETE ${path}?id=`, () => {
  it('200, and its questions stay without it', async () => {
    const [kept, gone] = [await newDepartment(app, 'Kept'), await newDepartment(app, 'Gone')];
    const question = await newQuestion(app, { ...rating, departments: [gone, kept] });
    const answer = await remove(`?id=${gone}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: { deleted: 1 } });
    expect((await call(app, `/api/v1/crm/feedback/${question}`)).body.data.departments).toEqual([kept]);
    expect((await remove(`?id=${gone}`)).body).toEqual(notFound);
  });

  it.each(['', '?id=', '?id=abc', '?id=1&id=2', '?id=0', '?id=01', '?id=%201', '?id=1e3', '?id=99999999999999999999'])(
    '400 for "%s"',
    async (query) => {
      const answer = await remove(query);
      expect(answer.status).toBe(400);
      expect(pointersOf(answer)).toEqual(['/id']);
    },
  );

  it('404 for an unknown id', async () => {
    expect((await remove('?id=999999999')).status).toBe(404);
  });
});

describe('another workspace', () => {
  it('sees none of ours, and has names of its own', async () => {
    const id = await newDepartment(app, 'Ours');
    const call404 = async (answer: Promise<Answer>) =>
      expect(await answer).toMatchObject({ status: 404, body: notFound });
    await call404(call(app, `${path}/${id}`, { key: foreignKey }));
    await call404(call(app, `${path}/${id}`, { key: foreignKey, method: 'PUT', body: { name: 'Theirs' } }));
    await call404(call(app, `${path}?id=${id}`, { key: foreignKey, method: 'DELETE' }));
    expect((await call(app, `/v1/departments/${id}`, { key: foreignKey })).status).toBe(404);
    expect((await call(app, `/v1/departments/${id}`, { key: foreignKey, method: 'DELETE' })).status).toBe(404);
    await expect(newDepartment(app, 'Ours', foreignKey)).resolves.not.toBe(id);
    expect((await call(app, `${path}/${id}`)).body.data.name).toBe('Ours');
  });
});

describe('/v1/departments', () => {
  const native = '/v1/departments';

  it('POST 201 with Location; GET, PATCH 200; DELETE 204, then 404', async () => {
    const added = await call(app, native, { body: { name: 'Native' } });
    expect(added.status).toBe(201);
    const { id } = added.body;
    expect(added.body).toEqual({ id: expect.any(Number), name: 'Native', status: 'active' });
    expect(added.headers.get('location')).toBe(`${native}/${id}`);
    expect((await call(app, `${native}/${id}`)).body).toEqual(added.body);
    const patched = await call(app, `${native}/${id}`, { method: 'PATCH', body: { status: 'Disabled' } });
    expect(patched).toMatchObject({ status: 200, body: { id, name: 'Native', status: 'disabled' } });
    expect((await call(app, `${native}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(app, `${native}/${id}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('409 for a name in use, new or changed', async () => {
    const { body } = await call(app, native, { body: { name: 'Native twice' } });
    const again = await call(app, native, { body: { name: 'Native twice' } });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ type: '/problems/duplicate-department', code: 'conflict' });
    expect(pointersOf(again)).toEqual(['/name']);
    await call(app, native, { body: { name: 'Native third' } });
    const renamed = await call(app, `${native}/${body.id}`, { method: 'PATCH', body: { name: 'Native third' } });
    expect(renamed.status).toBe(409);
  });

  it('lists every department once, newest first, page by page', async () => {
    const seen: number[] = [];
    let cursor: string | null = '';
    do {
      const { body }: Answer = await call(app, `${native}?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ id }: { id: number }) => id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    const all = (await call(app, path)).body.data.data.map(({ id }: { id: number }) => id);
    expect(seen).toEqual(all.toReversed());
  });

  it('POST and PATCH 422 for members that they do not know, which the dialect ignores', async () => {
    const unknown = { name: 'Unknown', colour: 'blue' };
    const added = await call(app, path, { body: { department_list: [unknown], colour: 'blue' } });
    expect(added.status).toBe(200);
    const [{ id }] = added.body.data;
    expect((await call(app, `${path}/${id}`, { method: 'PUT', body: unknown })).status).toBe(200);
    const answers = [
      await call(app, native, { body: unknown }),
      await call(app, `${native}/${id}`, { method: 'PATCH', body: unknown }),
    ];
    for (const answer of answers) expect([answer.status, pointersOf(answer)]).toEqual([422, ['/colour']]);
  });

  it.each(['colour=blue', 'limit=0', 'limit=201', 'limit=x', 'cursor=x', `cursor=${btoa('["x"]')}`])(
    '422 for %s',
    async (query) => {
      const answer = await call(app, `${native}?${query}`);
      expect(answer.status).toBe(422);
      expect(pointersOf(answer)).toEqual([`/${query.split('=')[0]}`]);
    },
  );
});

describe('access', () => {
  it('401 without a credential, 403 without the scope', async () => {
    const unauthorized = await call(app, path, { key: null });
    expect(unauthorized.status).toBe(401);
    expect(unauthorized.body.error.type).toBe('ERROR_UNAUTHORIZED');
    const key = await newKey(app, ['questions:read']);
    const forbidden = await call(app, path, { key, body: { department_list: [{ name: 'Denied' }] } });
    expect(forbidden.status).toBe(403);
    expect(forbidden.body.error.type).toBe('ERROR_UNAUTHORIZED_ACCESS');
    expect(await names()).not.toContain('Denied');
  });
});
