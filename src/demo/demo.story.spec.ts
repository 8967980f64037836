import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Entry } from '../feedback/submission.js';
import { tell } from './demo.story.js';
import { questions, texts } from './demo.texts.js';

const now = new Date('2026-07-01T15:30:00Z');
const cast = {
  workspaceId: 'w',
  bots: texts.bots.map((name) => `of ${name}`),
  questions: questions.map((_, i) => `${i}`),
};
const entries = tell(cast, now, 1);
const day = 86_400_000;

/** Of all that the entries say, but for their ids. */
const digest = (of: readonly Entry[]): string =>
  createHash('sha256')
    .update(JSON.stringify(of.map((entry) => ({ ...entry, id: null, externalId: null }))))
    .digest('hex');
const tally = (of: readonly unknown[]) =>
  new Map([...Map.groupBy(of, String)].map(([key, list]) => [key, list.length]));
/** The share of fours and fives between two days before the end. */
function positive(from: number, to: number, such: (entry: Entry) => boolean): number {
  const within = entries.filter(({ occurredAt }) => {
    const ago = (now.getTime() - occurredAt.getTime()) / day;
    return ago < from && ago >= to;
  });
  const scores = within.filter(such).map(({ score }) => score!);
  return scores.filter((score) => score > 3).length / scores.length;
}

describe('the demonstration', () => {
  it('is the same for the same seed and end, and another one for another seed', () => {
    expect(digest(tell(cast, now, 1))).toBe(digest(entries));
    expect(digest(tell(cast, now, 2))).not.toBe(digest(entries));
    const later = tell(cast, new Date(now.getTime() + 7 * day), 1);
    expect(later[0]!.occurredAt.getTime() - entries[0]!.occurredAt.getTime()).toBe(7 * day);
  });

  it('fills half a year up to now, in the order in which it came in', () => {
    expect(entries.length).toBeGreaterThan(20_000);
    const times = entries.map(({ occurredAt }) => occurredAt.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(now.getTime() - 182 * day);
    expect(times.at(-1)).toBeLessThan(now.getTime());
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  });

  it('has every door, scale, bot, question, and some of each language and channel', () => {
    expect(new Set(entries.map(({ source, scale }) => `${source} ${scale}`))).toEqual(
      new Set([
        'message thumb',
        'survey csat',
        'survey nps',
        'survey thumb',
        'conversation rating',
        'question rating',
        'question choice',
        'question text',
      ]),
    );
    const bots = tally(entries.flatMap(({ bot }) => bot ?? []));
    expect([...bots.keys()].toSorted()).toEqual(cast.bots.toSorted());
    expect(tally(entries.flatMap(({ language }) => language ?? [])).size).toBe(7);
    expect(tally(entries.flatMap(({ channel }) => channel ?? [])).size).toBe(8);
  });

  it('says only what the doors would have taken', () => {
    const ranges = { thumb: [0, 1], csat: [1, 5], rating: [1, 5], nps: [0, 10] } as const;
    const taken = ({ source, scale, score, options, comment, externalId, resolved }: Entry): boolean => {
      const [low, high] = ranges[scale as keyof typeof ranges] ?? [null, null];
      return (
        (low === null ? score === null : score! >= low && score! <= high) &&
        (options?.length ?? 0) > 0 === (scale === 'choice') &&
        (scale !== 'text' || Boolean(comment)) &&
        (source !== 'survey' || (/^[\da-f]{24}$/.test(externalId!) && comment === null)) &&
        (resolved !== null) === (source === 'conversation')
      );
    };
    expect(entries.filter((entry) => !taken(entry))).toEqual([]);
  });

  it('is busy on working days and by day', () => {
    const weekdays = tally(entries.map(({ occurredAt }) => occurredAt.getUTCDay()));
    expect(weekdays.get('1')!).toBeGreaterThan(1.5 * weekdays.get('0')!);
    const hours = tally(entries.map(({ occurredAt }) => occurredAt.getUTCHours()));
    expect(hours.get('10')!).toBeGreaterThan(3 * hours.get('3')!);
  });

  it('tells of a release that made things worse, most of all the order assistant, and of a recovery', () => {
    const ofOrders = ({ scale, bot }: Entry) => scale === 'csat' && bot === cast.bots[0];
    const ofReturns = ({ scale, bot }: Entry) => scale === 'csat' && bot === cast.bots[1];
    const [before, during, after] = [
      positive(182, 75, ofOrders),
      positive(75, 47, ofOrders),
      positive(40, 0, ofOrders),
    ];
    expect(during).toBeLessThan(before - 0.2);
    expect(after).toBeGreaterThan(before - 0.05);
    expect(positive(75, 47, ofReturns)).toBeGreaterThan(during + 0.1);
    const blamed = entries.filter(({ comment }) => comment?.includes('pdate'));
    const ago = blamed.map(({ occurredAt }) => (now.getTime() - occurredAt.getTime()) / day);
    expect(Math.max(...ago)).toBeLessThan(75);
    expect(Math.min(...ago)).toBeGreaterThan(20);
  });
});
