import { isTimeZone } from '#libs/wall-clock';
import { Must } from './rules.js';

const wanted = 'be an RFC 3339 date-time with offset, such as 2026-01-31T12:00:00Z';

/** An RFC 3339 instant of the years 1 to 9999: see {@link parseInstant}. */
export const IsInstant = (): PropertyDecorator => Must(wantedOf(wanted), isInstant, { format: 'date-time' });

/** The same, or a day of the calendar, `YYYY-MM-DD`. */
export const IsInstantOrDay = (): PropertyDecorator =>
  Must(wantedOf(`${wanted}, or a day, such as 2026-01-31`), (value) => isInstant(value) || isDay(value), {
    anyOf: [
      { type: 'string', format: 'date-time' },
      { type: 'string', format: 'date' },
    ],
  });

export const IsTimeZone = (): PropertyDecorator =>
  Must('be a time zone, such as Europe/Berlin', (value) => typeof value === 'string' && isTimeZone(value));

function wantedOf(sentence: string): (value: unknown) => string {
  return (value) =>
    lostItsPlus(value) ? `${sentence}: its + has become a blank, in a query it is written %2B` : sentence;
}

/** In a query, a `+` that is not escaped stands for a blank. */
function lostItsPlus(value: unknown): boolean {
  return typeof value === 'string' && isInstant(value.replace(/ (?=\d\d:\d\d$)/, '+'));
}

/** Whether it is a real day of the years 1 to 9999. */
export function isDay(value: unknown): value is string {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(typeof value === 'string' ? value : '') ?? [];
  return year !== undefined && year !== '0000' && isRealDay(year, month!, day!);
}

export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && readInstant(value) !== undefined;
}

/**
 * The instant that an RFC 3339 date-time names: with offset, on a real day, in the years 1 to 9999 both as written and in
 * UTC. Second 60 is taken at 23:59 UTC alone, where leap seconds are, as the next second. Digits finer than milliseconds
 * are cut.
 * @throws {RangeError} if it is none: have it validated by {@link IsInstant} before
 */
export function parseInstant(text: string): Date {
  const instant = readInstant(text);
  if (!instant) throw new RangeError('not an RFC 3339 date-time');
  return instant;
}

const instantForm =
  /^((\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** The last text that was read: it is read by its rules, and again by whoever takes its value. */
let last: { text: string; time: number | undefined } = { text: '', time: undefined };

function readInstant(text: string): Date | undefined {
  if (text !== last.text) last = { text, time: read(text)?.getTime() };
  return last.time === undefined ? undefined : new Date(last.time);
}

function read(text: string): Date | undefined {
  const [, minute, year, month, day, second, fraction = '', offset] = instantForm.exec(text) ?? [];
  if (minute === undefined || year === '0000' || !isRealDay(year!, month!, day!)) return undefined;
  const isLeap = second === '60';
  const instant = new Date(`${minute}${isLeap ? '59' : second}${fraction.slice(0, 4)}${offset}`.toUpperCase());
  if (isLeap && !instant.toISOString().includes('T23:59:')) return undefined;
  if (isLeap) instant.setTime(instant.getTime() + 1_000);
  const inUtc = instant.getUTCFullYear();
  return inUtc >= 1 && inUtc <= 9999 ? instant : undefined;
}

/** Without a Date, which counts 30 February on into March and takes as long as all the rest. */
function isRealDay(year: string, month: string, day: string): boolean {
  return Number(day) >= 1 && Number(day) <= daysIn(Number(year), Number(month));
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [0, 31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;
}
