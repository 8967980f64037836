import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const analyticsChapter: Chapter = {
  name: 'Analytics',
  description:
    'The native API: scores, how sure they are, and how they compare. Scores are sums of counts that are kept by the quarter of an hour.',
};

const interval = (low: number, high: number, method = 'wilson-once') => ({ low, high, level: 0.95, method });
const range = (low: number, high: number) => ({ low, high });
const likes = {
  scale: 'thumb',
  metric: 'share',
  n: 200,
  estimate: 0.8,
  ci: interval(0.7391, 0.8495),
  sufficient: true,
  distribution: [
    { score: 0, count: 40, share: 0.2 },
    { score: 1, count: 160, share: 0.8 },
  ],
  bands: [
    { name: 'positive', scores: range(1, 1), count: 160, share: 0.8, ci: interval(0.7391, 0.8495) },
    { name: 'negative', scores: range(0, 0), count: 40, share: 0.2, ci: interval(0.1505, 0.2609) },
  ],
  options: [],
};
const fewer = {
  ...likes,
  n: 180,
  estimate: 0.7,
  ci: interval(0.6294, 0.7622),
  distribution: [
    { score: 0, count: 54, share: 0.3 },
    { score: 1, count: 126, share: 0.7 },
  ],
  bands: [
    { name: 'positive', scores: range(1, 1), count: 126, share: 0.7, ci: interval(0.6294, 0.7622) },
    { name: 'negative', scores: range(0, 0), count: 54, share: 0.3, ci: interval(0.2378, 0.3706) },
  ],
};
const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T00:00:00.000Z' };
const subject = { source: 'message', instrument: 'message', range: range(0, 1), tz: 'UTC', ...period };
const difference = { estimate: 0.1, ci: interval(0.013, 0.1862, 'newcombe-once'), verdict: 'higher' };
const opposite = { estimate: -0.1, ci: interval(-0.1862, -0.013, 'newcombe-once'), verdict: 'lower' };
const time = '2026-01-31T12:00:00.000Z';

export const examples = {
  summary: {
    response: {
      ...subject,
      ...likes,
      bands: likes.bands.map((band, i) => ({ ...band, change: [difference, opposite][i] })),
      previous: { from: '2025-12-02T00:00:00.000Z', to: period.from, ...fewer },
      change: difference,
    },
  },
  timeline: {
    response: {
      ...subject,
      scale: 'thumb',
      metric: 'share',
      interval: 'month',
      buckets: [{ ...period, ...likes }],
    },
  },
  breakdown: {
    response: {
      ...subject,
      scale: 'thumb',
      metric: 'share',
      by: 'language',
      groups: [
        { group: 'en', rest: false, source: null, vsRest: difference, ...likes },
        {
          group: 'de',
          rest: false,
          source: null,
          vsRest: opposite,
          ...fewer,
        },
      ],
    },
  },
  comparison: {
    response: {
      source: 'message',
      instrument: 'message',
      scale: 'thumb',
      metric: 'share',
      range: range(0, 1),
      tz: 'UTC',
      a: {
        ...fewer,
        channel: null,
        language: null,
        bot: null,
        from: '2025-12-02T00:00:00.000Z',
        to: period.from,
        ci: interval(0.5807, 0.8034, 'mixture-always'),
        bands: [
          { ...fewer.bands[0], ci: interval(0.5807, 0.8034, 'mixture-always') },
          { ...fewer.bands[1], ci: interval(0.1966, 0.4193, 'mixture-always') },
        ],
      },
      b: {
        ...likes,
        channel: null,
        language: null,
        bot: null,
        ...period,
        ci: interval(0.6948, 0.883, 'mixture-always'),
        bands: [
          { ...likes.bands[0], ci: interval(0.6948, 0.883, 'mixture-always') },
          { ...likes.bands[1], ci: interval(0.117, 0.3052, 'mixture-always') },
        ],
      },
      change: { estimate: 0.1, ci: interval(-0.0787, 0.279, 'mixture-always'), verdict: 'not distinguishable' },
    },
  },
  instruments: {
    response: {
      data: [
        {
          source: 'message',
          instrument: 'message',
          rest: false,
          scale: 'thumb',
          metrics: ['share', 'mean'],
          range: range(0, 1),
          n: 380,
          first: period.from,
          last: time,
        },
      ],
    },
  },
  text: {
    response: {
      ...period,
      data: [
        {
          id: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
          source: 'message',
          instrument: 'message',
          scale: 'thumb',
          score: 1,
          channel: null,
          language: null,
          bot: null,
          comment: 'It just worked.',
          occurredAt: time,
          countedAt: time,
        },
      ],
      nextCursor: null,
    },
  },
} satisfies Record<string, Example>;
