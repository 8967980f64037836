import { refusedStatements } from '#libs/persistence';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, call, startApp, type TestApp } from '../harness/app.js';
import { checkbox, newDepartment, newKey, newQuestion, pointersOf, radio, rating, text } from '../harness/questions.js';

const path = '/api/v1/crm/feedback';
let app: TestApp;
let sales: number;
let support: number;
beforeAll(async () => {
  app = await startApp();
  [sales, support] = [await newDepartment(app, 'Sales'), await newDepartment(app, 'Support')];
});
afterAll(() => app.close());

const add = (question: object): Promise<Answer> => call(app, path, { body: question });
const get = (id: number): Promise<Answer> => call(app, `${path}/${id}`);
const put = (id: number | string, body: unknown): Promise<Answer> =>
  call(app, `${path}/${id}`, { method: 'PUT', body });
const remove = (query: string): Promise<Answer> => call(app, `${path}${query}`, { method: 'DELETE' });
const countOf = async (): Promise<string> =>
  (await app.query<{ count: string }>('select count(*) from question'))[0]!.count;

const anInstant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const notFound = { error: { type: 'ERROR_RECORD_NOT_FOUND', message: 'not found' } };

/** Refused as the dialect says it, with faults at exactly these members. */
function expectInvalid(answer: Answer, pointers: string[]): void {
  expect(answer.body).toEqual({
    error: {
      type: 'ERROR_INVALID_INPUT',
      message: expect.any(String),
      ...(pointers.length > 0 && {
        fields: pointers.map((pointer) => ({ pointer, detail: expect.stringMatching(/^[\w[\].]+ .+/) })),
      }),
    },
  });
  expect(answer.status).toBe(400);
}

describe(`POST ${path}`, () => {
  it('200 with the question of the contract, member for member', async () => {
    const sent = { ...rating, departments: [sales], channels: ['chat'] };
    const answer = await add(sent);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: { id: expect.any(Number), ...sent, dateCreated: anInstant } });
    expect(Object.keys(answer.body.data)).toEqual([
      'id',
      'question',
      'type',
      'config',
      'departments',
      'channels',
      'dateCreated',
      'status',
    ]);
    expect((await get(answer.body.data.id)).body).toEqual(answer.body);
  });

  it.each([
    ['Rating', 'rating', rating],
    ['RATING', 'rating', rating],
    ['Text', 'text', text],
    ['Radio', 'multiple_radio', radio],
    ['multiple_radio', 'multiple_radio', radio],
    ['Multiple_Radio', 'multiple_radio', radio],
    ['checkbox', 'multiple_checkbox', checkbox],
    ['multiple_checkbox', 'multiple_checkbox', checkbox],
  ])('takes the type %s as %s', async (type, said, question) => {
    expect((await add({ ...question, type })).body.data.type).toBe(said);
  });

  it.each([
    ['Chat', ['chat']],
    [
      ['SMS', 'Email'],
      ['sms', 'email'],
    ],
    [
      ['email', 'chat', 'EMAIL', 'Chat'],
      ['email', 'chat'],
    ],
    [[], []],
  ])('takes the channels %j as %j', async (channels, said) => {
    expect((await add({ ...rating, channels })).body.data.channels).toEqual(said);
  });

  it('takes departments as ids or as objects with id, in their order and without repeats', async () => {
    const departments = [{ id: support, name: 'Support' }, sales, support, { id: sales }];
    expect((await add({ ...rating, departments })).body.data.departments).toEqual([support, sales]);
  });

  it('takes a status in whatever case', async () => {
    expect((await add({ ...rating, status: 'Disabled' })).body.data.status).toBe('disabled');
  });

  it('takes an array as the values of the config', async () => {
    const { values } = radio.config;
    expect((await add({ ...radio, config: values })).body.data.config).toEqual({ values });
  });

  it('keeps unknown members of the config, and the order of all, as sent', async () => {
    const config = { zebra: { constructor: [1.5, null] }, ...radio.config, 10: 'ten', apple: 'x' };
    const answer = await add({ ...radio, config });
    expect(JSON.stringify(answer.body.data.config)).toBe(JSON.stringify(config));
  });

  it.each(['star', 'number', 'thumb'])('takes a rating by %s without values', async (rating_type) => {
    expect((await add({ ...rating, config: { rating_type } })).body.data.config).toEqual({ rating_type });
  });

  it.each([
    ['rating', 'STAR'],
    ['Radio', 'Radio'],
    ['Radio', 'Multiple_Radio'],
    ['multiple_checkbox', 'checkbox'],
    ['text', 'star'],
  ])('takes a %s whose rating_type is %s, as sent', async (type, rating_type) => {
    const config = { values: radio.config.values, rating_type };
    expect((await add({ ...radio, type, config })).body.data.config).toEqual(config);
  });

  it('passes over members and parameters that it does not know, as PUT does', async () => {
    const added = await call(app, `${path}?colour=blue`, { body: { ...rating, colour: 'blue' } });
    expect([added.status, added.body.data.colour]).toEqual([200, undefined]);
    expect((await put(added.body.data.id, { ...rating, colour: 'blue' })).status).toBe(200);
  });

  it('400 without any of the six members', async () => {
    expectInvalid(await add({}), ['/question', '/status', '/type', '/config', '/departments', '/channels']);
  });

  it('400 for every member that is wrong', async () => {
    const wrong = { question: ' ', status: 'on', type: 'stars', config: 'x', departments: ['1'], channels: ['fax'] };
    const answer = await add(wrong);
    expectInvalid(answer, ['/question', '/status', '/type', '/config', '/departments', '/channels']);
  });

  it('400 for every fault, those within the config among them', async () => {
    const values = [{ label: 'a' }, { label: 'b', value: '' }];
    const wrong = { question: ' ', status: 'on', type: 'Radio', config: { limit: 0, values }, channels: 'fax' };
    expectInvalid(await add(wrong), [
      '/question',
      '/status',
      '/config/limit',
      '/config/values/0/value',
      '/config/values/1/value',
      '/departments',
      '/channels',
    ]);
    const ofNoType = { ...rating, type: 'stars', config: { limit: 0, rating_type: 'hearts' } };
    expectInvalid(await add(ofNoType), ['/type', '/config/limit']);
  });

  it('400 with 50 faults where there are more', async () => {
    const values = Array.from({ length: 200 }, () => ({}));
    expect(pointersOf(await add({ ...radio, config: { values } }))).toHaveLength(50);
  });

  it('400 for a department that the workspace does not have', async () => {
    expectInvalid(await add({ ...rating, departments: [sales, 999_999, { id: 2 ** 52 }, 0] }), [
      '/departments/1',
      '/departments/2',
      '/departments/3',
    ]);
  });

  it.each([
    ['rating', { rating_type: 'hearts' }, ['/config/rating_type']],
    ['rating', { rating_type: 'image' }, ['/config/values']],
    ['rating', {}, ['/config/values']],
    [
      'rating',
      { required: 'yes', error_message: 5, limit: 0, multiline: 1 },
      ['/config/required', '/config/error_message', '/config/multiline', '/config/limit'],
    ],
    ['rating', { values: [{ label: 'a', value: 5, icon: 5 }] }, ['/config/values/0/icon']],
    [
      'rating',
      {
        values: [
          { label: 'a', value: 5 },
          { label: 'b', value: '5' },
        ],
      },
      ['/config/values/1/value'],
    ],
    ['multiple_radio', {}, ['/config/values']],
    ['multiple_radio', { values: [] }, ['/config/values']],
    ['multiple_radio', [], ['/config/values']],
    ['multiple_radio', { values: 'a' }, ['/config/values']],
    [
      'multiple_radio',
      { values: ['a', { value: 1 }, { label: 'a' }] },
      ['/config/values/0', '/config/values/1/label', '/config/values/2/value'],
    ],
    ['multiple_radio', { values: [{ label: '', value: '' }] }, ['/config/values/0/value']],
    ['multiple_radio', { ...radio.config, rating_type: 'multiple_checkbox' }, ['/config/rating_type']],
    [
      'multiple_checkbox',
      {
        values: [
          { label: 'a', value: 'x' },
          { label: 'b', value: 'x' },
        ],
      },
      ['/config/values/1/value'],
    ],
    ['multiple_checkbox', { ...radio.config, rating_type: 'star' }, ['/config/rating_type']],
    ['multiple_radio', { ...radio.config, rating_type: 'text' }, ['/config/rating_type']],
    ['text', { limit: 0 }, ['/config/limit']],
    ['text', { rating_type: 5 }, ['/config/rating_type']],
    ['text', { limit: 1.5 }, ['/config/limit']],
    ['text', { limit: '5' }, ['/config/limit']],
  ])('400 for a %s with the config %j', async (type, config, pointers) => {
    const before = await countOf();
    expectInvalid(await add({ ...rating, type, config }), pointers);
    expect(await countOf()).toBe(before);
  });

  it('400 for 201 options, and for one that is too long', async () => {
    const values = Array.from({ length: 201 }, (_, value) => ({ label: 'x', value }));
    expectInvalid(await add({ ...radio, config: { values } }), ['/config/values']);
    const long = [{ label: 'x'.repeat(1_001), value: 'x'.repeat(256) }];
    expectInvalid(await add({ ...radio, config: { values: long } }), [
      '/config/values/0/label',
      '/config/values/0/value',
    ]);
  });

  it('counts the characters of question, labels and values as code points', async () => {
    const emoji = (times: number): string => '\u{1f600}'.repeat(times);
    const of = (question: string, label: string, value: string) =>
      add({ ...radio, question, config: { values: [{ label, value }] } });
    expect((await of(emoji(4_000), emoji(1_000), emoji(255))).status).toBe(200);
    expectInvalid(await of(emoji(4_001), 'x', 'x'), ['/question']);
    expectInvalid(await of('x', emoji(1_001), emoji(256)), ['/config/values/0/label', '/config/values/0/value']);
  });

  it('400 for NUL and lone surrogates, __proto__ and malformed JSON', async () => {
    expectInvalid(await add({ ...rating, question: 'a\0b' }), ['/question']);
    expectInvalid(await add({ ...text, config: { note: '\ud800' } }), ['/config/note']);
    expectInvalid(await call(app, path, { raw: '{"__proto__":{}}' }), []);
    expectInvalid(await call(app, path, { raw: '{"question":' }), []);
    expectInvalid(await call(app, path, { raw: '[]' }), []);
  });

  it('adds as many as are sent at once, each with an id of its own', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => add({ ...rating, departments: [sales] })));
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(20);
  });
});

describe(`PUT ${path}/{id}`, () => {
  it('200; what is absent stays', async () => {
    const id = await newQuestion(app, { ...rating, departments: [sales] });
    const before = (await get(id)).body.data;
    const answer = await put(id, { question: 'And now?' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: { ...before, question: 'And now?' } });
    expect((await get(id)).body).toEqual(answer.body);
  });

  it('200 with every member changed', async () => {
    const id = await newQuestion(app, { ...rating, departments: [sales] });
    const { dateCreated } = (await get(id)).body.data;
    const change = { ...text, question: 'Other', status: 'disabled', departments: [support, sales], channels: ['sms'] };
    expect((await put(id, change)).body).toEqual({ data: { id, ...change, dateCreated } });
    expect((await put(id, { question: 'Other', departments: [] })).body.data.departments).toEqual([]);
  });

  it('takes its own answer back, with the id as a number or as text', async () => {
    const id = await newQuestion(app, { ...rating, departments: [sales] });
    const { data } = (await get(id)).body;
    expect((await put(id, data)).body).toEqual({ data });
    expect((await put(id, { ...data, id: String(id) })).body).toEqual({ data });
    expectInvalid(await put(id, { ...data, id: id + 1 }), ['/id']);
    expectInvalid(await put(id, { ...data, id: null }), ['/id']);
  });

  it('400 where the merged record is not valid, and nothing changes', async () => {
    const id = await newQuestion(app, text);
    const before = (await get(id)).body;
    expectInvalid(await put(id, { question: 'Changed', type: 'Radio' }), ['/config/values']);
    expectInvalid(await put(id, { question: 'Changed', departments: [999_999] }), ['/departments/0']);
    expectInvalid(await put(id, { status: 'disabled' }), ['/question']);
    expectInvalid(await put(id, { question: 'Changed', channels: null }), ['/channels']);
    expect((await get(id)).body).toEqual(before);
  });

  it('404 for an unknown id', async () => {
    for (const id of [999_999_999, 'abc']) {
      const answer = await put(id, { question: 'x' });
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(notFound);
    }
  });

  it('loses none of the changes that are sent at once', async () => {
    const id = await newQuestion(app, { ...rating, departments: [] });
    const changes = [
      { status: 'disabled' },
      { channels: ['email'] },
      { departments: [support] },
      { type: 'Radio', config: radio.config },
    ];
    await Promise.all(changes.map((change) => put(id, { question: 'Same', ...change })));
    expect((await get(id)).body.data).toMatchObject({
      question: 'Same',
      status: 'disabled',
      channels: ['email'],
      departments: [support],
      type: 'multiple_radio',
    });
  });
});

describe('a department that is deleted meanwhile', () => {
  it('is in no question afterwards, and nobody waits for ever', async () => {
    for (let round = 0; round < 8; round++) {
      const doomed = await newDepartment(app, `Doomed ${round}`);
      const ids = await Promise.all([1, 2, 3].map(() => newQuestion(app, { ...rating, departments: [doomed, sales] })));
      const answers = await Promise.all([
        ...ids.flatMap((id) => [
          put(id, { question: 'Both', departments: [sales, doomed] }),
          put(id, { question: 'Without', departments: [sales] }),
        ]),
        add({ ...rating, departments: [doomed] }),
        call(app, `/api/v1/account/department?id=${doomed}`, { method: 'DELETE' }),
        remove(`?id=${ids[2]}`),
        add({ ...rating, departments: [sales, doomed] }),
      ]);
      expect(answers.map(({ status }) => status).filter((status) => ![200, 400, 404].includes(status))).toEqual([]);
      expect(await app.query('select 1 from question_department where department_id = $1', [doomed])).toEqual([]);
    }
    expect(refusedStatements.get('40P01')).toBeUndefined();
  });
});

describe(`DELETE ${path}?id=`, () => {
  it('200, and then it is gone', async () => {
    const id = await newQuestion(app, { ...rating, departments: [sales] });
    const answer = await remove(`?id=${id}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ data: { deleted: 1 } });
    expect(await get(id)).toMatchObject({ status: 404, body: notFound });
    expect(await remove(`?id=${id}`)).toMatchObject({ status: 404, body: notFound });
  });

  it('400 without an id', async () => {
    for (const query of ['', '?id=abc', '?id=1&id=2']) expectInvalid(await remove(query), ['/id']);
  });
});

describe(`GET ${path}/{id}`, () => {
  it('leaves exactly the members of select', async () => {
    const id = await newQuestion(app, rating);
    expect((await call(app, `${path}/${id}?select=id`)).body).toEqual({ data: { id } });
    const two = await call(app, `${path}/${id}?select=status&select=question`);
    expect(two.body).toEqual({ data: { question: rating.question, status: 'active' } });
    expectInvalid(await call(app, `${path}/${id}?select=id&select=name`), ['/select']);
  });

  it.each(['999999999', '9007199254740993', 'abc', '0'])('404 for %s', async (id) => {
    const answer = await call(app, `${path}/${id}`);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(notFound);
  });

  it('400 for an id with NUL', async () => {
    expectInvalid(await call(app, `${path}/%00`), ['/id']);
  });
});

describe(`GET ${path}`, () => {
  let key: string;
  let one: number;
  let two: number;
  let three: number;
  let hall: number;
  let yard: number;
  beforeAll(async () => {
    key = await newKey(app, ['questions:read', 'questions:write'], 'elsewhere');
    hall = await newDepartment(app, 'Hall', key);
    yard = await newDepartment(app, 'Yard', key);
    one = await newQuestion(app, { ...rating, question: 'How was it?', departments: [hall] }, key);
    two = await newQuestion(app, { ...text, question: 'Why? 100% ÄRGER_', channels: ['sms', 'email'] }, key);
    three = await newQuestion(
      app,
      { ...radio, question: 'HOW come?', status: 'disabled', departments: [yard, hall] },
      key,
    );
  });

  const list = (query: string): Promise<Answer> => call(app, `${path}?${query}`, { key });
  const idsOf = async (query: string): Promise<number[]> =>
    (await list(query)).body.data.data.map(({ id }: { id: number }) => id);
  const json = (value: unknown): string => encodeURIComponent(JSON.stringify(value));

  it('200 with all questions by id, and every department', async () => {
    const answer = await list('');
    expect(answer.status).toBe(200);
    const questions = await Promise.all([one, two, three].map((id) => call(app, `${path}/${id}`, { key })));
    expect(answer.body).toEqual({
      data: {
        count: 3,
        departmentList: {
          list: [
            { id: hall, name: 'Hall' },
            { id: yard, name: 'Yard' },
          ],
          success: 'true',
        },
        data: questions.map(({ body }) => body.data),
      },
    });
  });

  it('200 as the contract has it: order, where and select together', async () => {
    const answer = await list(
      `order=${json({ id: 'DESC' })}&where=${json({ search: 'How' })}&select=id&select=question`,
    );
    expect(answer.body.data).toMatchObject({
      count: 2,
      data: [
        { id: three, question: 'HOW come?' },
        { id: one, question: 'How was it?' },
      ],
    });
    expect(answer.body.data.data.map((question: object) => Object.keys(question))).toEqual([
      ['id', 'question'],
      ['id', 'question'],
    ]);
    expect(answer.body.data.departmentList.list).toHaveLength(2);
  });

  it.each([
    ['İstanbul nasıl?', ['istanbul', 'ISTANBUL NASIL', 'İSTANBUL', 'nasıl']],
    ['Welche Straße?', ['STRASSE', 'straße', 'STRAẞE']],
    ['Ποια οδός;', ['ΟΔΌΣ', 'οδόσ', 'ΠΟΙΑ']],
    ['ﬁne?', ['FINE', 'ｆｉｎｅ']],
  ])('finds %s whatever the case, in either API', async (question, parts) => {
    const id = await newQuestion(app, { ...rating, question }, key);
    for (const part of parts) {
      expect([part, await idsOf(`where=${json({ search: part })}`)]).toEqual([part, [id]]);
      const { body } = await call(app, `/v1/questions?search=${encodeURIComponent(part)}`, { key });
      expect(body.data).toMatchObject([{ id }]);
    }
    await call(app, `/v1/questions/${id}`, { method: 'DELETE', key });
  });

  it('takes order and where in brackets too', async () => {
    expect(await idsOf('order[id]=DESC&where[search]=how')).toEqual([three, one]);
    expect(await idsOf(`where%5Bdepartments%5D=${yard}`)).toEqual([three]);
  });

  it('finds by every criterion, and by any of its values', async () => {
    const found: [object, number[]][] = [
      [{ search: 'how' }, [one, three]],
      [{ search: 'ärger_' }, [two]],
      [{ search: '0% ' }, [two]],
      [{ search: '0_' }, []],
      [{ search: '%' }, [two]],
      [{ id: two }, [two]],
      [{ id: [one, String(three)] }, [one, three]],
      [{ type: 'Radio' }, [three]],
      [{ type: ['text', 'RATING'] }, [one, two]],
      [{ status: 'Disabled' }, [three]],
      [{ departments: hall }, [one, three]],
      [{ departments: [yard, 999_999] }, [three]],
      [{ departments: [] }, []],
      [{ channels: 'SMS' }, [two]],
      [{ channels: ['chat', 'email'] }, [one, two, three]],
      [{ channels: 'chat', search: 'how', status: 'active' }, [one]],
      [{}, [one, two, three]],
    ];
    for (const [where, ids] of found) expect([where, await idsOf(`where=${json(where)}`)]).toEqual([where, ids]);
    expect(await idsOf(`where[id]=${one}&where[id]=${two}`)).toEqual([one, two]);
  });

  it('orders by every attribute that has an order', async () => {
    expect(await idsOf(`order=${json({ question: 'ASC' })}`)).toEqual([three, one, two]);
    expect(await idsOf(`order=${json({ status: 'DESC', id: 'DESC' })}`)).toEqual([three, two, one]);
    expect(await idsOf(`order=${json({ type: 'desc' })}`)).toEqual([two, one, three]);
    expect(await idsOf('order[dateCreated]=DESC')).toEqual([three, two, one]);
  });

  it.each([
    ['where={', ['/where']],
    ['where=[]', ['/where']],
    ['where="a"', ['/where']],
    ['where=', ['/where']],
    ['where={}&where={}', ['/where']],
    ['where={}&where[id]=1', ['/where']],
    ['where[]=1', ['/where/']],
    ['where[id][0]=1', ['/where']],
    ['where[id=1', ['/where']],
    ['where[name]=1', ['/where/name']],
    ['where[__proto__]=1', ['/where/__proto__']],
    ['where[id]=x', ['/where/id']],
    ['where[id]=01', ['/where/id']],
    ['where[id]=-1', ['/where/id']],
    ['where[id]=9007199254740992', ['/where/id']],
    ['where={"id":0}', ['/where/id']],
    ['where={"id":1.5}', ['/where/id']],
    ['where={"id":9007199254740992}', ['/where/id']],
    ['where[type]=stars', ['/where/type']],
    ['where[status]=on&where[channels]=fax', ['/where/status', '/where/channels']],
    ['where[departments]=Sales', ['/where/departments']],
    ['where={"search":5}', ['/where/search']],
    ['where={"id":{"$gt":1}}', ['/where/id']],
    ['where={"id":1,"id":2}', ['/where']],
    ['where={"__proto__":1}', ['/where']],
    ['where={"constructor":1}', ['/where/constructor']],
    ['where={"search":"\\u0000"}', ['/where/search']],
    ['where={"search":"\\ud800"}', ['/where/search']],
    ['order[id]=up', ['/order/id']],
    ['order[id]=ASC&order[id]=DESC', ['/order/id']],
    ['order[config]=ASC', ['/order/config']],
    ['order=id', ['/order']],
    ['select=name', ['/select']],
    ['select=', ['/select']],
    ['select[]=id', ['/select']],
    ['order=x&where=x&select=x', ['/order', '/where', '/select']],
  ])('400 for %s', async (query, pointers) => {
    expectInvalid(await list(encodeURI(query)), pointers);
  });

  it('400 for NUL in a search', async () => {
    const { body } = await list(`where=${json({ search: '\0' })}`);
    expect(body.error.message).toBe('where.search must not contain NUL or a lone surrogate');
    expectInvalid(await list('where[search]=%00'), ['/where[search]']);
    expectInvalid(await list('__proto__=1'), []);
  });
});

describe('another workspace', () => {
  it('sees none of ours, nor may it name our departments', async () => {
    const key = await newKey(app, ['questions:read', 'questions:write', 'feedback:write'], 'elsewhere');
    const id = await newQuestion(app, rating);
    const foreign = [
      call(app, `${path}/${id}`, { key }),
      call(app, `${path}/${id}`, { key, method: 'PUT', body: { question: 'Theirs' } }),
      call(app, `${path}?id=${id}`, { key, method: 'DELETE' }),
    ];
    for (const answer of await Promise.all(foreign)) expect(answer).toMatchObject({ status: 404, body: notFound });
    const native = [
      call(app, `/v1/questions/${id}`, { key }),
      call(app, `/v1/questions/${id}`, { key, method: 'PATCH', body: { question: 'Theirs' } }),
      call(app, `/v1/questions/${id}`, { key, method: 'DELETE' }),
      call(app, `/v1/questions/${id}/answers`, { key, body: { value: 5 } }),
    ];
    for (const answer of await Promise.all(native)) expect(answer.status).toBe(404);
    expectInvalid(await call(app, path, { key, body: { ...rating, departments: [sales] } }), ['/departments/0']);
    expect((await call(app, path, { key })).body.data).toMatchObject({
      count: 0,
      data: [],
      departmentList: { list: [] },
    });
    expect((await get(id)).body.data.question).toBe(rating.question);
  });
});

describe('access', () => {
  it('401 without a credential, with a wrong one and with an unreadable one', async () => {
    for (const options of [{ key: null }, { key: 'x' }, { key: null, headers: { authorization: 'Basic x' } }]) {
      const answer = await call(app, path, options);
      expect(answer.status).toBe(401);
      expect(answer.body).toEqual({ error: { type: 'ERROR_UNAUTHORIZED', message: expect.any(String) } });
    }
  });

  it('403 without the scope', async () => {
    const key = await newKey(app, ['feedback:write', 'feedback:read']);
    const writeOnly = await newKey(app, ['questions:write']);
    const readOnly = await newKey(app, ['questions:read']);
    const denied = [
      call(app, path, { key }),
      call(app, path, { key: writeOnly }),
      call(app, path, { key: readOnly, body: rating }),
      call(app, `${path}/1`, { key: readOnly, method: 'PUT', body: { question: 'x' } }),
      call(app, `${path}?id=1`, { key: readOnly, method: 'DELETE' }),
    ];
    for (const { status, body } of await Promise.all(denied)) {
      expect(status).toBe(403);
      expect(body).toEqual({ error: { type: 'ERROR_UNAUTHORIZED_ACCESS', message: expect.any(String) } });
    }
    expect((await call(app, '/v1/questions/1/answers', { key: readOnly, body: { value: 1 } })).status).toBe(403);
  });
});

describe('failures that are ours', () => {
  const serverError = (message: string) => ({ error: { type: 'ERROR_SERVER_ERROR', message } });

  it('500 where something broke, without saying what', async () => {
    await app.query('alter table question rename to question_away');
    const answer = await call(app, path);
    await app.query('alter table question_away rename to question');
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual(serverError('internal error'));
  });

  it('503 with Retry-After where the database does not answer', async () => {
    const other = await app.connect();
    await other.query('begin; lock table question');
    const answers = await Promise.all([call(app, path), add({ ...rating, question: 'Away?' })]);
    await other.end();
    for (const { status, body, headers } of answers) {
      expect(status).toBe(503);
      expect(body).toEqual(serverError('the service cannot answer right now'));
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await call(app, `${path}?where[search]=Away`)).body.data.count).toBe(0);
  });
});

describe('/v1/questions', () => {
  const native = '/v1/questions';

  it('POST 201 with Location, in the spelling of the overview', async () => {
    const body = { ...checkbox, departments: [{ id: sales }], channels: ['sms', 'CHAT'] };
    const answer = await call(app, native, { body });
    expect(answer.status).toBe(201);
    const { id } = answer.body;
    expect(answer.body).toEqual({
      id: expect.any(Number),
      question: checkbox.question,
      type: 'Checkbox',
      config: { values: checkbox.config.values, required: true, error_message: 'Choose one' },
      departments: [{ id: sales, name: 'Sales' }],
      channels: ['SMS', 'Chat'],
      dateCreated: anInstant,
      status: 'active',
    });
    expect(answer.headers.get('location')).toBe(`${native}/${id}`);
    expect((await call(app, `${native}/${id}`)).body).toEqual(answer.body);
    expect((await get(id)).body.data).toMatchObject({ type: 'multiple_checkbox', channels: ['sms', 'chat'] });
  });

  it('POST 201 with a question and a type alone', async () => {
    const answer = await call(app, native, { body: { question: 'Short?', type: 'Text' } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ type: 'Text', config: {}, departments: [], channels: [], status: 'active' });
  });

  it('PATCH 200; what is absent stays, null clears, and what a question must have cannot be cleared', async () => {
    const id = await newQuestion(app, { ...rating, departments: [sales] });
    const before = (await call(app, `${native}/${id}`)).body;
    const patch = (body: object) => call(app, `${native}/${id}`, { method: 'PATCH', body });
    expect((await patch({ status: 'disabled' })).body).toEqual({ ...before, status: 'disabled' });
    expect(
      (await patch({ departments: before.departments, type: before.type, channels: before.channels })).status,
    ).toBe(200);
    const cleared = await patch({ type: 'Text', config: null, departments: null, channels: null });
    expect(cleared.body).toMatchObject({ type: 'Text', config: {}, departments: [], channels: [] });
    expect((await call(app, `${native}/${id}`)).body).toEqual(cleared.body);
    const refused = await patch({ question: null, type: null, status: null });
    expect(refused.status).toBe(422);
    expect(pointersOf(refused)).toEqual(['/question', '/type', '/status']);
    expect(pointersOf(await patch({ type: 'Radio', config: null }))).toEqual(['/config/values']);
  });

  it('POST and PATCH 422 for members that they do not know', async () => {
    const id = await newQuestion(app, rating);
    const unknown = { question: 'Short?', type: 'Text', colour: 'blue' };
    const answers = [
      await call(app, native, { body: unknown }),
      await call(app, `${native}/${id}`, { method: 'PATCH', body: unknown }),
    ];
    for (const answer of answers) expect([answer.status, pointersOf(answer)]).toEqual([422, ['/colour']]);
  });

  it('DELETE 204, then 404', async () => {
    const id = await newQuestion(app, rating);
    expect((await call(app, `${native}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await call(app, `${native}/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await call(app, `${native}/${id}`)).body).toMatchObject({ type: '/problems/not-found', status: 404 });
  });

  it('GET 200 with those that fit, newest first, page by page', async () => {
    const key = await newKey(app, ['questions:read', 'questions:write'], 'elsewhere');
    const hall = await newDepartment(app, 'Hall', key);
    const ids: number[] = [];
    for (const question of [rating, text, radio, checkbox, { ...rating, departments: [hall] }])
      ids.push(await newQuestion(app, { ...question, channels: [question === radio ? 'sms' : 'chat'] }, key));
    const found = async (query: string): Promise<number[]> => {
      const seen: number[] = [];
      let cursor: string | null = '';
      do {
        const { body }: Answer = await call(app, `${native}?limit=2&${query}${cursor && `&cursor=${cursor}`}`, { key });
        seen.push(...body.data.map(({ id }: { id: number }) => id));
        cursor = body.nextCursor;
      } while (cursor !== null);
      return seen.map((id) => ids.indexOf(id));
    };
    expect(await found('')).toEqual([4, 3, 2, 1, 0]);
    expect(await found('type=Rating&type=text')).toEqual([4, 1, 0]);
    expect(await found('channel=SMS')).toEqual([2]);
    expect(await found(`department=${hall}`)).toEqual([4]);
    expect(await found('status=disabled')).toEqual([]);
    expect(await found('search=SATISFIED&type=Radio&type=Checkbox')).toEqual([3, 2]);
  });

  it.each([
    'limit=0',
    'limit=201',
    'cursor=x',
    'type=stars',
    'status=on',
    'channel=fax',
    'department=Sales',
    'department=01',
    'search=%00',
    'colour=blue',
  ])('422 for %s', async (query) => {
    const answer = await call(app, `${native}?${query}`);
    expect(answer.status).toBe(422);
    expect(pointersOf(answer)).toEqual([`/${query.split('=')[0]}`]);
  });
});
