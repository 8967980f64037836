import { type Scale, type ScoredScale, scoreRangeOf } from '../feedback/scale.js';
import type { BandDto, OptionDto, RangeDto, ScoreDto, SummaryDto } from './analytics.dto.js';
import { type BandSet, bandsOf, countIn } from '../feedback/bands.js';
import type { Metric } from './metric.js';
import {
  compareAll,
  type Interval,
  type Looks,
  Mean,
  NetPromoterScore,
  type Score,
  type ScoreCount,
  Share,
} from '#libs/statistics';
import type { Tally } from '../counting/tally.js';
import { shown } from './shown.js';

/** A score whose kind is not known; two of them are compared only if they are of one kind. */
export type AnyScore = Score<AnyScore>;

/** A {@link ScoreDto} without its class. */
export type Described = Pick<ScoreDto, keyof ScoreDto>;

/** A band or an option, as a share of the answers. */
interface Part {
  name: string;
  /** Of an option: whether it stands for all that are not counted by name. */
  rest?: boolean;
  share: Share;
}

/** How a score is read out of a tally. */
export class Reading {
  constructor(
    readonly scale: Scale,
    readonly metric: Metric,
    private readonly bandSet: BandSet,
    private readonly minN: number,
    private readonly looks: Looks = 'once',
  ) {}

  /** Null for `options`, which is no single score. */
  scoreOf(tally: Tally): AnyScore | null {
    if (this.metric === 'options') return null;
    if (this.metric === 'resolved') return new Share(tally.resolved, tally.resolved + tally.unresolved);
    const scale = this.scale as ScoredScale;
    const distribution = tally.distribution(scoreRangeOf(scale));
    if (this.metric === 'mean') return new Mean(distribution);
    const n = totalOf(distribution);
    const counts = bandsOf(scale, this.bandSet).map((band) => countIn(band, distribution));
    return this.metric === 'nps' ? new NetPromoterScore(counts[0]!, counts.at(-1)!, n) : new Share(counts[0]!, n);
  }

  /** The least and the greatest estimate; null for `options`. */
  get range(): RangeDto | null {
    if (this.metric === 'options') return null;
    if (this.metric === 'nps') return { low: -100, high: 100 };
    return this.metric === 'mean' ? scoreRangeOf(this.scale as ScoredScale) : { low: 0, high: 1 };
  }

  describe(tally: Tally): Described {
    const score = this.scoreOf(tally);
    const n = score?.n ?? tally.n;
    return {
      scale: this.scale,
      metric: this.metric,
      n,
      estimate: score?.estimate ?? null,
      ci: score && this.intervalOf(score),
      sufficient: n >= this.minN,
      distribution: this.isScored() ? this.distribution(tally, n) : [],
      bands: this.bands(tally).map((band) => this.described(band)),
      options: this.options(tally).map((option) => this.described(option)),
    };
  }

  /** The bands and options of a tally, and how the share of each has changed since the tally `before`. */
  changes(tally: Tally, before: Tally): Pick<SummaryDto, 'bands' | 'options'> {
    return {
      bands: this.compared(this.bands(tally), this.bands(before), before),
      options: this.compared(this.options(tally), this.options(before), before),
    };
  }

  /** Each part against the same part of before. An option that nobody ticked then is missing in `others`, and counts as 0. */
  private compared<P extends Part>(parts: P[], others: Part[], before: Tally) {
    const isSame = (a: Part, b: Part) => a.name === b.name && a.rest === b.rest;
    const otherOf = (part: Part) => others.find((other) => isSame(part, other))?.share ?? new Share(0, before.n);
    const pairs = parts.map((part) => [part.share, otherOf(part)] as const);
    const comparisons = compareAll(pairs, this.minN);
    return parts.map((part, i) => ({ ...this.described(part), change: comparisons[i]! }));
  }

  private described<P extends Part>({ share, ...part }: P): Omit<P, 'share'> & Omit<OptionDto, 'name' | 'rest'> {
    return { ...part, count: share.count, share: share.estimate, ci: this.intervalOf(share) };
  }

  private intervalOf(score: Pick<AnyScore, 'interval' | 'intervalAlways'>): Interval | null {
    return this.looks === 'once' ? score.interval() : score.intervalAlways();
  }

  private isScored(): boolean {
    return this.metric !== 'options' && this.metric !== 'resolved';
  }

  private distribution(tally: Tally, n: number): ScoreDto['distribution'] {
    const distribution = tally.distribution(scoreRangeOf(this.scale as ScoredScale));
    return distribution.map(({ score, count }) => ({ score, count, share: n === 0 ? null : count / n }));
  }

  private bands(tally: Tally): (Part & Pick<BandDto, 'scores'>)[] {
    if (this.metric === 'options') return [];
    if (this.metric === 'resolved') {
      const share = (count: number) => new Share(count, tally.resolved + tally.unresolved);
      return [
        { name: 'resolved', scores: null, share: share(tally.resolved) },
        { name: 'unresolved', scores: null, share: share(tally.unresolved) },
      ];
    }
    const scale = this.scale as ScoredScale;
    const distribution = tally.distribution(scoreRangeOf(scale));
    const n = totalOf(distribution);
    return bandsOf(scale, this.bandSet).map((band) => {
      const { name, low, high } = band;
      return { name, scores: { low, high }, share: new Share(countIn(band, distribution), n) };
    });
  }

  /** The most chosen first. An answer may tick several. */
  private options(tally: Tally): (Part & Pick<OptionDto, 'rest'>)[] {
    if (this.metric !== 'options') return [];
    const ticked = [...tally.options].filter(([, count]) => count > 0);
    return ticked
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .map(([name, count]) => ({ ...shown(name), share: new Share(Math.min(count, tally.n), tally.n) }));
  }
}

function totalOf(distribution: ScoreCount[]): number {
  return distribution.reduce((total, { count }) => total + count, 0);
}
