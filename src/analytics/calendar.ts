import { enumeration } from '#libs/validation';
import { WallClock } from '#libs/wall-clock';
import { quarterHour } from '../counting/change.js';

const hour = 3_600_000;
const day = 24 * hour;

export const calendarIntervals = enumeration('Interval', ['hour', 'day', 'week', 'month']);
export type CalendarInterval = (typeof calendarIntervals)[number];

/**
 * The bounds of the buckets of a period, by the wall clock of `timeZone`, in epoch milliseconds: `from`, where each new
 * bucket begins, `to`. The first and the last bucket are cut off where the period is. Daylight saving makes days of 23
 * and 25 hours; an hour that comes twice is two buckets. Where a zone was no quarter of an hour off, in the years of local
 * mean time, bounds are rounded down to one.
 * @param from,to quarters of an hour
 * @param most how many buckets there may be
 * @returns null where there are more
 */
export function bucketsOf(
  from: number,
  to: number,
  interval: CalendarInterval,
  timeZone: string,
  most: number,
): number[] | null {
  const clock = new WallClock(timeZone);
  const bounds = [from];
  for (let begin = from; ;) {
    begin = interval === 'hour' ? nextHour(clock, begin) : clock.instantOf(nextDate(clock.localOf(begin), interval));
    const bound = Math.floor(begin / quarterHour) * quarterHour;
    if (bound >= to) return [...bounds, to];
    if (bounds.length === most) return null;
    if (bound > bounds.at(-1)!) bounds.push(bound);
  }
}

function nextHour(clock: WallClock, instant: number): number {
  return instant + hour - modulo(clock.localOf(instant), hour);
}

/** The midnight at which the next day, week (from Monday) or month begins. */
function nextDate(local: number, interval: Exclude<CalendarInterval, 'hour'>): number {
  const midnight = local - modulo(local, day);
  if (interval === 'day') return midnight + day;
  // 1 January 1970 was a Thursday.
  if (interval === 'week') return midnight + 7 * day - modulo(midnight + 3 * day, 7 * day);
  const date = new Date(midnight);
  return date.setUTCMonth(date.getUTCMonth() + 1, 1);
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
