import { enumeration } from '#libs/validation';
import { quarterHour } from '../counting/change.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

export const calendarIntervals = enumeration('Interval', ['hour', 'day', 'week', 'month']);
export type CalendarInterval = (typeof calendarIntervals)[number];

/** Whether this is a name of the IANA time zone database. An offset such as `+01:00` is none. */
export function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

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
    begin = interval === 'hour' ? clock.nextHour(begin) : clock.instantOf(nextDate(clock.localOf(begin), interval));
    const bound = Math.floor(begin / quarterHour) * quarterHour;
    if (bound >= to) return [...bounds, to];
    if (bounds.length === most) return null;
    if (bound > bounds.at(-1)!) bounds.push(bound);
  }
}

/** Wall-clock times are written as the epoch milliseconds that they would be in UTC. */
class WallClock {
  /** null in UTC, which is asked for most and needs none. */
  private readonly format: Intl.DateTimeFormat | null;

  constructor(timeZone: string) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    this.format = timeZone === 'UTC' ? null : format;
  }

  localOf(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  nextHour(instant: number): number {
    return instant + hour - modulo(this.localOf(instant), hour);
  }

  /** The first instant of that time; of a time that the clock leaves out, the instant where it goes on. */
  instantOf(local: number): number {
    const before = local - this.offsetAt(local - day);
    const after = local - this.offsetAt(local + day);
    if (before === after) return before;
    const fits = [before, after].filter((instant) => this.localOf(instant) === local);
    return fits.length > 0 ? Math.min(...fits) : before;
  }

  private offsetAt(instant: number): number {
    if (!this.format) return 0;
    const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(
      this.format.format(instant),
    )!;
    if (sign === undefined) return 0;
    const offset = Number(hours) * hour + Number(minutes) * minute + Number(seconds ?? 0) * 1_000;
    return sign === '-' ? -offset : offset;
  }
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
