/** Years and months as they are written in the language of the page; times by the clock of 24 hours. */
const locale = 'en-GB';
const day = 86_400_000;

type Style = keyof typeof styles;
const styles = {
  hour: { hour: '2-digit', minute: '2-digit' },
  day: { day: 'numeric', month: 'short' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'short', year: 'numeric' },
  time: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const made = new Map<string, Intl.DateTimeFormat>();

function formatOf(style: Style, timeZone: string): Intl.DateTimeFormat {
  const name = `${style} ${timeZone}`;
  if (!made.has(name)) made.set(name, new Intl.DateTimeFormat(locale, { ...styles[style], timeZone }));
  return made.get(name)!;
}

/** An instant by the wall clock of a time zone. */
export function format(style: Style, instant: string | number, timeZone: string): string {
  return formatOf(style, timeZone).format(new Date(instant));
}

/** From the one to just before the other, in days: `3 – 9 Nov 2026`. */
export function formatDays(from: string | number, to: string | number, timeZone: string): string {
  return formatOf('date', timeZone).formatRange(new Date(from), new Date(new Date(to).getTime() - 1));
}

/** The date on the calendar of a time zone, `YYYY-MM-DD`. */
export function dateOf(instant: number, timeZone: string): string {
  return new Date(instant + offsetAt(instant, timeZone)).toISOString().slice(0, 10);
}

/** The first instant of a date, or of the one so many days later. */
export function midnight(date: string, timeZone: string, later = 0): number {
  const local = Date.parse(`${date}T00:00:00Z`) + later * day;
  return local - offsetAt(local - offsetAt(local, timeZone), timeZone);
}

/** Milliseconds by which the wall clock is ahead of UTC. */
function offsetAt(instant: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).format(instant);
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text)!;
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -offset : offset;
}

/** The reader's own. Asking for it takes half a millisecond, too long for each of {@link zones}. */
export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function isZone(name: string): boolean {
  return zones.includes(name) || name === browserZone;
}

/** Every time zone that there is to choose from. */
export const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
