import { dimensions } from '../counting/change.js';
import type { Recorded } from '../feedback/recorded.js';
import { scoreRangeOf } from '../feedback/scale.js';
import { stepFrom } from './steps.js';
import type { Watch } from './watch.entity.js';
import { cellsOf, type Gathered } from './watch.look.js';

type Asked = Pick<Watch, 'source' | 'instrument' | 'scale' | 'metric' | 'filters' | 'step' | 'tz' | 'nextFrom'>;

/** Gathers what one step brings to watches, from entries in the order in which they were recorded. */
export class Gatherer {
  private readonly byInstrument: Map<string, Gathering[]>;
  private readonly all: Gathering[];

  /** @param watches which all wait for the same step */
  constructor(watches: readonly Asked[]) {
    this.all = watches.map((watch) => new Gathering(watch));
    this.byInstrument = Map.groupBy(this.all, ({ watch }) => keyOf(watch));
  }

  add(entries: readonly Recorded[]): void {
    for (const entry of entries) for (const one of this.byInstrument.get(keyOf(entry)) ?? []) one.add(entry);
  }

  /** In the order of the watches. */
  get gathered(): Gathered[] {
    return this.all.map((one) => one.gathered);
  }
}

class Gathering {
  readonly gathered: Gathered;
  private readonly respondents = new Set<string>();
  /** The beginning of the step before. */
  private readonly since: number;

  constructor(readonly watch: Asked) {
    this.gathered = { counts: Array.from({ length: cellsOf(watch) }, () => 0), late: 0, repeated: 0 };
    const length = (watch.step === 'day' ? 24 : 7 * 24) * 3_600_000;
    // Half a day more, for clocks that were set in between.
    this.since = stepFrom(new Date(watch.nextFrom.getTime() - 1.5 * length), watch.step, watch.tz).from.getTime();
  }

  add(entry: Recorded): void {
    const cell = this.cellOf(entry);
    if (cell === null || !this.fits(entry)) return;
    if (entry.countedAt < this.since) return void this.gathered.late++;
    if (entry.respondent !== null) {
      if (this.respondents.has(entry.respondent)) return void this.gathered.repeated++;
      this.respondents.add(entry.respondent);
    }
    this.gathered.counts[cell]!++;
  }

  private cellOf({ score, resolved }: Recorded): number | null {
    if (this.watch.metric === 'resolved') return resolved === null ? null : Number(resolved);
    return score === null ? null : score - scoreRangeOf(this.watch.scale)!.low;
  }

  private fits(entry: Recorded): boolean {
    const { filters } = this.watch;
    return dimensions.every((one) => filters[one] === undefined || filters[one] === (entry[one] ?? ''));
  }
}

function keyOf({ source, instrument, scale }: Pick<Recorded, 'source' | 'instrument' | 'scale'>): string {
  return `${source}\0${scale}\0${instrument}`;
}
