const second = 1_000;
const hour = 3_600_000;

/** Milliseconds from each attempt to the next. */
const delays = [5 * second, hour / 12, hour / 2, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** The longest that `Retry-After` is kept to, in milliseconds. */
const longestWait = 24 * hour;

/** Milliseconds without a success after which nothing more is sent to an endpoint. */
export const givingUpAfter = 5 * 24 * hour;

/**
 * Milliseconds until the next attempt, with a jitter of ±10 %, so that what failed together does not come back together;
 * null where there is none.
 * @param tries the attempts that were made
 * @param random from 0 to 1
 */
export function delayAfter(tries: number, random: number): number | null {
  const delay = delays[tries - 1];
  return delay === undefined ? null : Math.round(delay * (0.9 + 0.2 * random));
}

/** Milliseconds that a receiver wants to be left alone (RFC 9110, section 10.2.3); null where it did not say so. */
export function waitWanted(status: number | null, retryAfter: string | null, now: number): number | null {
  if ((status !== 429 && status !== 503) || retryAfter === null) return null;
  const wanted = /^\d{1,10}$/.test(retryAfter) ? Number(retryAfter) * second : Date.parse(retryAfter) - now;
  return Number.isNaN(wanted) || wanted < 0 ? null : Math.min(wanted, longestWait);
}
