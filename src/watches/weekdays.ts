import { homogeneity, Share } from '#libs/statistics';
import { WallClock } from '#libs/wall-clock';
import type { CountFilter, ScoreReader } from '../counting/reader.js';
import { Reading } from '../analytics/reading.js';
import { bucketsOf } from '../analytics/calendar.js';
import { quarterHour } from '../counting/change.js';
import { Tally } from '../counting/tally.js';
import { type ScoredScale, scoreRangeOf } from '../feedback/scale.js';
import type { Watch, Weekdays } from './watch.entity.js';

const day = 86_400_000;
const tested = 90 * day;
/** Ten on each weekday: of fewer the test says nothing. */
const fewest = 70;
const errorRate = 0.001;

/** Whether a score has followed the weekday in the 90 days before `now`. */
export async function weekdaysOf(
  counts: ScoreReader,
  watch: Pick<Watch, 'workspaceId' | 'scale' | 'metric' | 'tz'>,
  filter: CountFilter,
  now: Date,
): Promise<Weekdays | null> {
  const to = Math.floor(now.getTime() / quarterHour) * quarterHour;
  const bounds = bucketsOf(to - tested, to, 'day', watch.tz, 100)!;
  const [group] = await counts.tallies(watch.workspaceId, filter, bounds);
  const clock = new WallClock(watch.tz);
  const byWeekday = Array.from({ length: 7 }, () => new Tally());
  group?.tallies.forEach((tally, i) => byWeekday[Math.floor(clock.localOf(bounds[i]!) / day) % 7]!.add(tally));
  const table = byWeekday.map((tally) => cellsOf(watch, tally));
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  const test = n < fewest ? null : homogeneity(table);
  return test && { n, p: test.p, follows: test.p < errorRate };
}

function cellsOf({ scale, metric }: Pick<Watch, 'scale' | 'metric'>, tally: Tally): number[] {
  const score = new Reading(scale, metric, 'standard', 1).scoreOf(tally);
  if (score instanceof Share) return [score.n - score.count, score.count];
  return tally.distribution(scoreRangeOf(scale as ScoredScale)).map(({ count }) => count);
}
