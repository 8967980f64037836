import { isInstant, parseInstant } from '#libs/validation';
import { WallClock } from '#libs/wall-clock';

/** What a pattern stands for: how it is written, and the part of a date that it is. */
const parts: Record<string, [form: string, part: string]> = {
  yyyy: ['\\d{4}', 'year'],
  yy: ['\\d{2}', 'shortYear'],
  MMMM: ['\\p{L}+', 'month'],
  MMM: ['\\p{L}{3}', 'month'],
  MM: ['\\d{2}', 'month'],
  M: ['\\d{1,2}', 'month'],
  dd: ['\\d{2}', 'day'],
  d: ['\\d{1,2}', 'day'],
  HH: ['\\d{2}', 'hour'],
  H: ['\\d{1,2}', 'hour'],
  hh: ['\\d{2}', 'halfDayHour'],
  h: ['\\d{1,2}', 'halfDayHour'],
  mm: ['\\d{2}', 'minute'],
  ss: ['\\d{2}', 'second'],
  SSS: ['\\d{1,9}', 'fraction'],
  a: ['[AaPp]\\.?[Mm]\\.?', 'half'],
  XXX: ['Z|[+-]\\d{2}:?\\d{2}', 'offset'],
};

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

/** What can be read without knowing the order of the parts: RFC 3339, and with a zone the same without an offset. */
const isoTimes = ['HH:mm', 'HH:mm:ss', 'HH:mm:ss.SSS'];
const isoForms = ['yyyy-MM-dd', ...isoTimes.flatMap((time) => [`yyyy-MM-dd'T'${time}`, `yyyy-MM-dd ${time}`])];

/** Forms that are numbers, and the epoch milliseconds (on the wall, for `excel`) that a number stands for. */
const numeric: Record<string, (number: number) => number> = {
  unix: (seconds) => seconds * 1_000,
  'unix-ms': (milliseconds) => milliseconds,
  // The 1900 date system, which knows a 29 February 1900: before 1 March of that year it is a day off.
  excel: (days) => (days < 61 ? NaN : Math.round((days - 25_569) * 86_400_000)),
};

/** Reads one form of date. @returns the instants that a text may name: none where it has another form */
type Form = (text: string) => number[];

/**
 * What reads dates of these forms.
 * @param formats patterns as in docs/import.md; none: ISO 8601 alone
 * @param zone where clocks showed a time that is written without an offset
 * @returns a function that throws an Error with a sentence where a text names no instant, or more than one
 * @throws Error where a format is none
 */
export function dateReader(formats: readonly string[], zone: string | undefined): (text: string) => string {
  const clock = zone === undefined ? undefined : new WallClock(zone);
  const isIso = formats.length === 0;
  const forms = (isIso ? (clock ? isoForms : []) : formats).map((format) => formOf(format, clock));
  return (text) => {
    if (isIso && isInstant(text)) return parseInstant(text).toISOString();
    const instants = [...new Set(forms.flatMap((form) => form(text)))];
    if (instants.length === 1) return new Date(instants[0]!).toISOString();
    if (instants.length === 0)
      throw new Error(isIso ? unlikeIso(text, clock) : `${text} is no ${formats.join(' or ')}`);
    throw new Error(`${text} is ambiguous: ${instants.map((at) => new Date(at).toISOString()).join(' or ')}`);
  };
}

function unlikeIso(text: string, clock: WallClock | undefined): string {
  const advice = clock
    ? 'say its format in the mapping'
    : 'say its format, or the zone of one without an offset, in the mapping';
  return `${text} is no ISO 8601 date-time with offset: ${advice}`;
}

function formOf(format: string, clock: WallClock | undefined): Form {
  const number = numeric[format];
  if (number) return numericForm(number, format === 'excel' ? (clock ?? missingZone(format)) : undefined);
  const names: string[] = [];
  const source = format.replaceAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']/g, (token, literal: string | undefined) => {
    if (literal !== undefined || !/^[A-Za-z]/.test(token))
      return (literal ?? token).replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
    const [form, part] = parts[token] ?? unknown(token, format);
    names.push(part);
    return `(${form})`;
  });
  if (!names.includes('month') || !names.includes('day') || !names.some((name) => /year/i.test(name)))
    throw new Error(`the format ${format} names no year, month and day`);
  if (!names.includes('offset') && !clock) missingZone(format);
  const pattern = new RegExp(`^${source}$`, 'u');
  return (text) => {
    const found = pattern.exec(text);
    if (!found) return [];
    const read = Object.fromEntries(names.map((name, index) => [name, found[index + 1]!]));
    const local = localOf(read);
    if (Number.isNaN(local)) return [];
    return read['offset'] === undefined ? clock!.instantsOf(local) : [local - offsetOf(read['offset'])];
  };
}

function unknown(token: string, format: string): never {
  throw new Error(
    `${token} in the format ${format} is none of ${Object.keys(parts).join(' ')}; write other letters in '…'`,
  );
}

function missingZone(format: string): never {
  throw new Error(`the format ${format} has no offset: name the zone, such as Europe/Berlin or UTC`);
}

function numericForm(milliseconds: (number: number) => number, clock: WallClock | undefined): Form {
  return (text) => {
    if (!/^\d{1,16}(\.\d+)?$/.test(text)) return [];
    const at = Math.trunc(milliseconds(Number(text)));
    if (!(Math.abs(at) <= 8.64e15)) return [];
    return clock ? clock.instantsOf(at) : [at];
  };
}

/** NaN where there is no such day or time. */
function localOf(read: Partial<Record<string, string>>): number {
  const year = read['year'] ? Number(read['year']) : 2_000 + Number(read['shortYear']);
  const month = monthOf(read['month']!);
  const day = Number(read['day']);
  const hour = read['halfDayHour'] ? hourOf(Number(read['halfDayHour']), read['half']) : Number(read['hour'] ?? 0);
  const [minute, second] = [Number(read['minute'] ?? 0), Number(read['second'] ?? 0)];
  const millisecond = Number((read['fraction'] ?? '').padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? date.setUTCHours(hour, minute, second, millisecond) : NaN;
}

/** A name is English. */
function monthOf(text: string): number {
  if (/^\d/.test(text)) return Number(text);
  const name = text.toLowerCase();
  return months.findIndex((month) => month === name || (name.length === 3 && month.startsWith(name))) + 1;
}

/** Of twelve: 12 AM is midnight. Without AM or PM there is no telling. */
function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined || hour < 1 || hour > 12) return NaN;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}
