import { beforeAll, describe, expect, it } from '@jest/globals';
import { metricsOf } from '../../src/analytics/metric.js';
import { tell } from '../../src/demo/demo.story.js';
import { questions, texts } from '../../src/demo/demo.texts.js';
import type { Entry } from '../../src/feedback/submission.js';
import { stepFrom } from '../../src/watches/steps.js';
import { followingFrom, waitingFor, type Watch } from '../../src/watches/watch.entity.js';
import { Gatherer } from '../../src/watches/watch.gatherer.js';
import { type HistoryItem, look } from '../../src/watches/watch.look.js';

const day = 86_400_000;
const now = new Date('2026-07-01T15:30:00Z');
const cast = {
  workspaceId: 'w',
  bots: texts.bots.map((name) => `of ${name}`),
  questions: questions.map((_, i) => `${i}`),
};
/** When the release made things worse, and when the fix came out: see demo.answers.ts. */
const [released, fixed] = [75, 47].map((days) => now.getTime() - days * day) as [number, number];

let entries: Entry[];
beforeAll(() => {
  entries = tell(cast, now, 1);
});

/** All that a watch by day says of the story, from its beginning on. */
function said(about: Pick<Watch, 'source' | 'instrument' | 'scale'>): HistoryItem[] {
  const first = stepFrom(entries[0]!.occurredAt, 'day', 'UTC');
  const metric = metricsOf(about.scale, about.source)[0];
  const asked = {
    kind: 'change',
    ...about,
    metric,
    filters: {},
    target: null,
    direction: null,
    step: 'day',
    tz: 'UTC',
  };
  const begun = { beginsAt: first.from, ...waitingFor(first), vigil: followingFrom(first.from) };
  let watch = { ...asked, ...begun, state: 'quiet', raised: null, items: 0 } as unknown as Watch;
  const byDay = Map.groupBy(entries, ({ occurredAt }) => Math.floor(occurredAt.getTime() / day));
  const items: HistoryItem[] = [];
  while (watch.nextTo <= now) {
    const gatherer = new Gatherer([watch]);
    const own = byDay.get(watch.nextFrom.getTime() / day) ?? [];
    gatherer.add(own.map((entry) => ({ ...entry, language: entry.languageTag, countedAt: entry.countedAt.getTime() })));
    const steps = look(watch, gatherer.gathered[0]!);
    let step = steps.next();
    while (!step.done) step = steps.next();
    items.push(step.value.item);
    watch = Object.assign(watch, step.value.watch);
  }
  return items;
}

const alarms = (items: HistoryItem[]) => items.flatMap(({ event, raised }) => (event === 'raised' ? [raised!] : []));
const daysAfter = (moment: number, at: string) => (Date.parse(at) - moment) / day;

describe('the demonstration', () => {
  it.each([
    ['message', 'message', 'thumb', 4],
    ['survey', texts.surveys.csat.name, 'csat', 6],
    ['conversation', 'conversation', 'rating', 18],
  ] as const)('has a release that a watch of %s %s is raised by, on day %i', (source, instrument, scale, expected) => {
    const [first] = alarms(said({ source, instrument, scale }));
    expect(Math.ceil(daysAfter(released, first!.at))).toBe(expected);
    expect(Math.abs(daysAfter(released, first!.since))).toBeLessThan(4);
    expect(first!.after.estimate!).toBeLessThan(first!.before.estimate!);
    expect(Date.parse(first!.at)).toBeLessThan(fixed);
  });

  it('has a survey that nothing happened to, and no watch of it is ever raised', () => {
    const items = said({ source: 'survey', instrument: texts.surveys.thumb.name, scale: 'thumb' });
    expect(items).toHaveLength(181);
    expect(items.reduce((sum, { n }) => sum + n, 0)).toBeGreaterThan(1_500);
    expect(alarms(items)).toEqual([]);
  });

  it('has nothing before the release that any watch is raised by', () => {
    for (const { source, instrument, scale } of new Map(
      entries.map((one) => [`${one.source}${one.instrument}`, one]),
    ).values()) {
      if (['choice', 'text'].includes(scale)) continue;
      const early = alarms(said({ source, instrument, scale })).filter(({ at }) => Date.parse(at) < released);
      expect(early).toEqual([]);
    }
  });
});
