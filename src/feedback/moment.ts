import { isDay, parseInstant } from '#libs/validation';
import { WallClock } from '#libs/wall-clock';
import { quarterHour } from '../counting/change.js';

/** The quarters of an hour that an RFC 3339 date-time can name. */
export const earliest = Date.parse('0001-01-01T00:00:00Z');
export const latest = Date.parse('9999-12-31T23:45:00Z');

/**
 * The instant that `from` or `to` of a filter names. Of a day it is the first one on the wall clock of `timeZone`; where that
 * is no quarter of an hour, in the years of local mean time, it is rounded down to one, for lists as for counts.
 */
export function momentOf(text: string, timeZone: string): Date {
  if (!isDay(text)) return parseInstant(text);
  const first = new WallClock(timeZone).instantOf(Date.parse(text));
  return new Date(Math.min(Math.max(Math.floor(first / quarterHour) * quarterHour, earliest), latest));
}
