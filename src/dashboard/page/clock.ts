/** Years and months as they are written in the language of the page; times by the clock of 24 hours. */
const locale = 'en-GB';

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
  return new Intl.DateTimeFormat('sv', { timeZone }).format(instant);
}

/** Whether a day of the calendar begins then, at midnight or, where the clock leaves that out, after it. */
export function beginsDay(instant: string, timeZone: string): boolean {
  return format('date', instant, timeZone) !== format('date', Date.parse(instant) - 1, timeZone);
}

/** Whether this browser knows it: also by another name than those to choose from. */
export function isZone(name: string): boolean {
  try {
    return Boolean(Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

const found = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The reader's own; some browsers that know none say Etc/Unknown. Asking takes too long to be done for each of {@link zones}. */
export const browserZone = isZone(found) ? found : 'UTC';

/** Every time zone that there is to choose from. */
export const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')];
