import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RollingBudget } from '#libs/throttling';
import { FeedbackWriter } from '../../src/feedback/feedback.writer.js';
import { defaultWorkspace, newClient, newKey, newWorkspace } from '../harness/clients.js';
import { always, error, openDoor, sample, type SurveyDoor } from '../harness/surveys.door.js';

let door: SurveyDoor;
beforeAll(async () => {
  door = await openDoor({ KORE_RATE_LIMIT: 'vendor' });
});
afterAll(() => door.app.close());

function exceeded(limit: string) {
  return error(`You've exceeded the ${limit} rate limit. Please wait for sometime before retrying.`, 429);
}

describe('KORE_RATE_LIMIT=vendor', () => {
  it('429 after 60 requests a minute to a bot, whatever their operation and content', async () => {
    await door.newBot({ id: 'busy' });
    for (let request = 0; request < 58; request++) expect((await door.save(sample, { bot: 'busy' })).status).toBe(200);
    expect((await door.find({ filters: always }, { bot: 'busy' })).status).toBe(200);
    expect((await door.save({}, { bot: 'busy' })).status).toBe(412);
    const answer = await door.save(sample, { bot: 'busy' });
    expect(answer).toMatchObject(exceeded('per-minute'));
    const wait = Number(answer.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    for (const body of [{}, { filters: always }]) {
      expect(await door.find(body, { bot: 'busy' })).toMatchObject(exceeded('per-minute'));
    }
    expect((await door.save(sample, { bot: 'busy', as: { ...door.client, secret: 'wrong' } })).status).toBe(401);
    expect(await door.countOf('busy')).toBe(58);
  });

  it('takes nothing from another bot, nor from the bot of that id in another workspace', async () => {
    const workspaceId = await newWorkspace(door.app);
    await door.newBot({ id: 'full' });
    await door.newBot({ id: 'free' });
    await door.newBot({ id: 'full' }, await newKey(door.app, { workspaceId }));
    await exhaust('full', 60, 60_000);
    expect((await door.save(sample, { bot: 'full' })).status).toBe(429);
    expect((await door.save(sample, { bot: 'free' })).status).toBe(200);
    expect((await door.save(sample, { bot: 'full', as: await newClient(door.app, { workspaceId }) })).status).toBe(200);
  });

  it('429 with the hourly text after 1,800 requests an hour', async () => {
    await door.newBot({ id: 'tired' });
    await exhaust('tired', 1_800, 3_600_000);
    const answer = await door.save(sample, { bot: 'tired' });
    expect(answer).toMatchObject(exceeded('hourly'));
    const wait = Number(answer.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(60);
    expect(wait).toBeLessThanOrEqual(3_600);
  });

  it('keeps no budget for a bot that is not there', async () => {
    for (let request = 0; request < 61; request++) expect((await door.save(sample, { bot: 'none' })).status).toBe(400);
  });
});

describe('a server that is stopping', () => {
  it('503 Service Unavailable with Retry-After, and nothing is stored', async () => {
    await door.newBot({ id: 'late' });
    await door.app.nest.get(FeedbackWriter, { strict: false }).onApplicationShutdown();
    const answer = await door.save(sample, { bot: 'late' });
    expect(answer).toMatchObject(error('Service Unavailable', 503));
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await door.countOf('late')).toBe(0);
  });
});

async function exhaust(bot: string, limit: number, windowMs: number): Promise<void> {
  const budget = door.app.nest.get(RollingBudget, { strict: false });
  for (let hit = 0; hit < limit; hit++) await budget.spend(`bot:${defaultWorkspace}:${bot}`, [{ limit, windowMs }]);
}
