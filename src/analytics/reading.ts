import { type Scale, type ScoredScale, scoreRangeOf } from '../feedback/scale.js';
import type { OptionDto, ScoreDto, ShareDto } from './analytics.dto.js';
import { type BandSet, bandsOf, countIn } from './bands.js';
import type { Metric } from './metric.js';
import { Mean, NetPromoterScore, type Score, type ScoreCount, Share } from '#libs/statistics';
import type { Tally } from '../counting/tally.js';

/** A score whose kind is not known; two of them are compared only if they are of one kind. */
export type AnyScore = Score<AnyScore>;

/** A {@link ScoreDto} without its class. */
export type Described = Pick<ScoreDto, keyof ScoreDto>;

/** How a score is read out of a tally. */
export class Reading {
  constructor(
    readonly scale: Scale,
    readonly metric: Metric,
    private readonly bandSet: BandSet,
    private readonly minN: number,
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

  describe(tally: Tally): Described {
    const score = this.scoreOf(tally);
    const n = score?.n ?? tally.n;
    return {
      scale: this.scale,
      metric: this.metric,
      n,
      estimate: score?.estimate ?? null,
      ci: score?.interval() ?? null,
      sufficient: n >= this.minN,
      distribution: this.isScored() ? this.distribution(tally, n) : [],
      bands: this.bands(tally),
      options: score ? [] : options(tally),
    };
  }

  private isScored(): boolean {
    return this.metric !== 'options' && this.metric !== 'resolved';
  }

  private distribution(tally: Tally, n: number): ScoreDto['distribution'] {
    const distribution = tally.distribution(scoreRangeOf(this.scale as ScoredScale));
    return distribution.map(({ score, count }) => ({ score, count, share: n === 0 ? null : count / n }));
  }

  private bands(tally: Tally): ShareDto[] {
    if (this.metric === 'options') return [];
    if (this.metric === 'resolved') {
      const n = tally.resolved + tally.unresolved;
      return [share('resolved', tally.resolved, n), share('unresolved', tally.unresolved, n)];
    }
    const scale = this.scale as ScoredScale;
    const distribution = tally.distribution(scoreRangeOf(scale));
    const n = totalOf(distribution);
    return bandsOf(scale, this.bandSet).map((band) => share(band.name, countIn(band, distribution), n));
  }
}

function totalOf(distribution: ScoreCount[]): number {
  return distribution.reduce((total, { count }) => total + count, 0);
}

function share(name: string, count: number, n: number): ShareDto {
  const one = new Share(count, n);
  return { name, count, share: one.estimate, ci: one.interval() };
}

/** The most chosen first. An answer may tick several. */
function options(tally: Tally): OptionDto[] {
  const ticked = [...tally.options].filter(([, count]) => count > 0);
  return ticked
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([name, count]) => share(name, Math.min(count, tally.n), tally.n));
}
