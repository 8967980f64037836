import { Must } from './rules.js';

/** An RFC 3339 instant of the years 1 to 9999: see {@link parseInstant}. */
export const IsInstant = (): PropertyDecorator =>
  Must('be an RFC 3339 date-time with offset, such as 2026-01-31T12:00:00Z', isInstant, { format: 'date-time' });

export function isInstant(value: unknown): value is string {
  return typeof value === 'string' && readInstant(value) !== undefined;
}

/**
 * The instant that an RFC 3339 date-time names: with offset, upper-case T and Z, on a real day, without leap second, in
 * the years 1 to 9999 both as written and in UTC. Digits finer than milliseconds are cut.
 * @throws {RangeError} if it is none: have it validated by {@link IsInstant} before
 */
export function parseInstant(text: string): Date {
  const instant = readInstant(text);
  if (!instant) throw new RangeError('not an RFC 3339 date-time');
  return instant;
}

const instantForm =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function readInstant(text: string): Date | undefined {
  const form = instantForm.exec(text);
  if (!form || form[1] === '0000' || !isRealDay(form[1]!, form[2]!, form[3]!)) return undefined;
  const instant = new Date(text.replace(/(\.\d{3})\d+/, '$1'));
  const year = instant.getUTCFullYear();
  return year >= 1 && year <= 9999 ? instant : undefined;
}

/** Date counts 30 February on into March. */
function isRealDay(year: string, month: string, day: string): boolean {
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.getUTCDate() === Number(day);
}
