/*
 * What clocks on a wall show, by the IANA time zone database. A wall-clock time is written as the epoch milliseconds that
 * it would be in UTC.
 */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Whether `Intl` knows it: a name of the IANA time zone database, whatever its case, or an offset such as `+01:00`. */
export function isTimeZone(name: string): boolean {
  try {
    return Boolean(Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch {
    return false;
  }
}

export class WallClock {
  /** null in UTC, which is asked for most and needs none. */
  private readonly format: Intl.DateTimeFormat | null;

  constructor(timeZone: string) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    this.format = timeZone === 'UTC' ? null : format;
  }

  localOf(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** When the clock shows that time: once, or twice where it was set back, or never where it was put forward. */
  instantsOf(local: number): number[] {
    const [before, after] = this.around(local);
    if (before === after) return [before];
    return [before, after].filter((instant) => this.localOf(instant) === local).toSorted((a, b) => a - b);
  }

  /** The first instant of that time; of a time that the clock leaves out, the instant where it goes on. */
  instantOf(local: number): number {
    return this.instantsOf(local)[0] ?? this.around(local)[0];
  }

  /** That time by the offset of the day before and of the day after. */
  private around(local: number): [number, number] {
    return [local - this.offsetAt(local - day), local - this.offsetAt(local + day)];
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
