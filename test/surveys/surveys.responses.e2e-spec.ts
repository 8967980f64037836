import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer } from '../harness/app.js';
import { newClient, newKey, newWorkspace } from '../harness/clients.js';
import { exampleOf } from '../harness/examples.js';
import { always, faults, type Knock, openDoor, paths, sample, type SurveyDoor } from '../harness/surveys.door.js';

let door: SurveyDoor;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.app.close());

/** Saves a response. @returns its id */
async function saved(body: object, options: Knock): Promise<string> {
  const { _id } = (await door.save(body, options)).body;
  return _id;
}

/** Moves a response to another time. */
async function record(bot: string, id: string, time: string): Promise<void> {
  const move = 'update feedback_entry set recorded_at = $3, occurred_at = $3 where bot = $1 and external_id = $2';
  await door.app.query(move, [bot, id, time]);
}

const idsOf = ({ body }: Answer): string[] => body.result.map(({ _id }: { _id: string }) => _id);

describe('getFeedbackSurveyResponses', () => {
  it.each(paths)('POST %s/{botId}/getFeedbackSurveyResponses: the sample answers as printed', async (path) => {
    const { request, response } = exampleOf('findSurveyResponses');
    const printed = response.result[0]!;
    const { id } = await door.newBot({ userId: printed.userId });
    const sent = { ...sample, channelUId: 'john@example.com', name: 'nps survey', type: 'NPS', score: 10 };
    const made = [];
    for (let index = 0; index < response.totalCount; index++) made.push(await saved(sent, { bot: id }));
    for (const one of made.slice(1)) await record(id, one, '2026-08-05T12:00:00.000Z');
    await record(id, made[0]!, printed.timestamp);
    const { status, body } = await door.find(request, { bot: id, path });
    expect(status).toBe(200);
    expect(body.result).toHaveLength(28);
    // The contract prints the first of them.
    const first = { ...response, result: [{ ...printed, _id: made[0] }] };
    expect(JSON.stringify({ ...body, result: body.result.slice(0, 1) })).toBe(JSON.stringify(first));
  });

  it('has another word for THUMB only', async () => {
    const { id } = await door.newBot();
    for (const type of ['THUMB', 'NPS', 'CSAT']) await door.save({ ...sample, type, score: 1 }, { bot: id });
    const { body } = await door.find({ filters: always, sort: { order: 'asc' } }, { bot: id });
    const types = body.result.map(({ surveyType }: { surveyType: string }) => surveyType);
    expect(types).toEqual(['Like/Dislike', 'NPS', 'CSAT']);
  });

  it('finds what was saved as soon as it was answered', async () => {
    const { id } = await door.newBot();
    const { _id, timestamp } = (await door.save(sample, { bot: id })).body;
    const { body } = await door.find({ filters: always }, { bot: id });
    expect(body.result).toMatchObject([{ _id, timestamp }]);
  });

  it('from is inclusive, to is exclusive, in any offset', async () => {
    const { id } = await door.newBot();
    const times = ['2026-08-05T10:00:00.000Z', '2026-08-05T10:00:00.001Z', '2026-08-05T10:00:00.002Z'];
    for (const time of times) await record(id, await saved(sample, { bot: id }), time);
    const filters = { from: '2026-08-05T12:00:00.000+02:00', to: '2026-08-05T10:00:00.0029Z' };
    const { body } = await door.find({ filters, sort: { order: 'asc' } }, { bot: id });
    expect(body.result.map(({ timestamp }: { timestamp: string }) => timestamp)).toEqual(times.slice(0, 2));
    expect(body.totalCount).toBe(2);
  });

  it('only of the channels that are named; none named: of all', async () => {
    const { id } = await door.newBot();
    for (const channel of ['rtm', 'email', 'sms']) await door.save({ ...sample, channel }, { bot: id });
    const channelsFor = async (channel: unknown): Promise<string[]> => {
      const { body } = await door.find({ filters: { ...always, channel }, sort: { order: 'asc' } }, { bot: id });
      expect(body.totalCount).toBe(body.result.length);
      return body.result.map((response: { channel: string }) => response.channel);
    };
    expect(await channelsFor(['email', 'sms', 'email', 'none'])).toEqual(['email', 'sms']);
    expect(await channelsFor(['none'])).toEqual([]);
    for (const all of [undefined, null, []]) expect(await channelsFor(all)).toEqual(['rtm', 'email', 'sms']);
  });

  it('only of this bot in this workspace', async () => {
    const workspaceId = await newWorkspace(door.app);
    const id = 'st-in-both';
    await door.newBot({ id });
    await door.newBot({ id }, await newKey(door.app, { workspaceId }));
    const { id: neighbour } = await door.newBot();
    const theirs = await newClient(door.app, { workspaceId });
    const mine = await saved(sample, { bot: id });
    const foreign = await saved(sample, { bot: id, as: theirs });
    const beside = await saved(sample, { bot: neighbour });
    expect(idsOf(await door.find({ filters: always }, { bot: id }))).toEqual([mine]);
    expect(idsOf(await door.find({ filters: always }, { bot: id, as: theirs }))).toEqual([foreign]);
    expect(idsOf(await door.find({ filters: always }, { bot: neighbour }))).toEqual([beside]);
  });

  describe('120 responses, many of the same instant', () => {
    let bot: string;
    let ascending: string[];
    beforeAll(async () => {
      bot = (await door.newBot()).id;
      await Promise.all(Array.from({ length: 120 }, () => door.save(sample, { bot })));
      await door.app.query(
        `update feedback_entry set recorded_at = timestamptz '2026-08-05' + (score_of_id % 7) * interval '1 ms'
         from (select id as other, ('x' || right(external_id, 4))::bit(16)::int as score_of_id from feedback_entry) it
         where other = id and bot = $1`,
        [bot],
      );
      const rows = await door.app.query<{ external_id: string }>(
        `select external_id from feedback_entry where bot = $1 order by recorded_at, external_id collate "C"`,
        [bot],
      );
      ascending = rows.map(({ external_id: id }) => id);
    });

    it.each<[string, object, () => string[]]>([
      ['asc', { sort: { by: 'timestamp', order: 'asc' } }, () => ascending],
      ['desc', { sort: { by: 'timestamp', order: 'desc' } }, () => ascending.toReversed()],
      ['desc by default', {}, () => ascending.toReversed()],
    ])('%s: every one once, in one order, page by page', async (_, sorted, expected) => {
      for (const limit of [7, 50, 60, 100]) {
        const seen: string[] = [];
        for (let more = true; more;) {
          const answer = await door.find({ filters: always, ...sorted, limit, skip: seen.length }, { bot });
          seen.push(...idsOf(answer));
          more = answer.body.moreAvailable;
          expect(answer.body.totalCount).toBe(120);
          expect(more).toBe(seen.length < 120);
        }
        expect(seen).toEqual(expected());
      }
    });

    it('50 where no limit is named, or null', async () => {
      expect((await door.find({ filters: always }, { bot })).body.result).toHaveLength(50);
      const nulls = { sort: null, limit: null, skip: null };
      expect(idsOf(await door.find({ filters: always, ...nulls }, { bot }))).toEqual(
        ascending.toReversed().slice(0, 50),
      );
    });

    it('none behind the last', async () => {
      const { body } = await door.find({ filters: always, skip: 100_000 }, { bot });
      expect(body).toEqual({ moreAvailable: false, totalCount: 120, result: [] });
    });
  });

  const instant = 'must be an RFC 3339 date-time with offset, such as 2026-01-31T12:00:00Z';
  it.each<[string, unknown, string]>([
    ['filters', { filters: undefined }, 'must be an object'],
    ['filters', { filters: [] }, 'must be an object'],
    ['filters.from', { filters: { to: always.to } }, instant],
    ['filters.from', { filters: { ...always, from: '2026-08-05' } }, instant],
    ['filters.from', { filters: { ...always, from: 0 } }, instant],
    ['filters.from', { filters: { ...always, from: '2026-02-30T00:00:00Z' } }, instant],
    ['filters.to', { filters: { from: always.from } }, instant],
    ['filters.to', { filters: { ...always, to: 'infinity' } }, instant],
    ['filters.to', { filters: { ...always, to: always.from } }, 'must be after from'],
    ['filters.to', { filters: { from: always.to, to: always.from } }, 'must be after from'],
    ['filters.channel', { filters: { ...always, channel: 'rtm' } }, 'must be an array'],
    ['sort', { sort: 'timestamp' }, 'must be an object'],
    ['sort.by', { sort: { by: 'score' } }, 'must be timestamp'],
    ['sort.order', { sort: { order: 'ASC' } }, 'must be asc or desc'],
    ['limit', { limit: 0 }, 'must be from 1 to 100'],
    ['limit', { limit: 101 }, 'must be from 1 to 100'],
    ['limit', { limit: '50' }, 'must be an integer'],
    ['limit', { limit: 1.5 }, 'must be an integer'],
    ['skip', { skip: -1 }, 'must be from 0 to 100000'],
    ['skip', { skip: 100_001 }, 'must be from 0 to 100000'],
    ['skip', { skip: 'all' }, 'must be an integer'],
  ])('412 naming %s: %j', async (field, members, wanted) => {
    const { status, body } = await door.find({ filters: always, ...(members as object) });
    expect(status).toBe(412);
    expect(body).toEqual(faults([field, `${field} ${wanted}`]));
  });

  it('412 naming the channels where one is no text', async () => {
    const { body } = await door.find({ filters: { ...always, channel: ['rtm', 7] } });
    const sentence = 'each value in filters.channel must be a string';
    expect(body).toEqual(faults(['filters.channel', sentence]));
  });
});
