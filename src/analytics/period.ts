import { InvalidInput } from '#libs/problem-details';
import { quarterHour } from '../counting/change.js';
import { earliest, latest, momentOf } from '../feedback/moment.js';
import type { AnswerFilter } from './analytics.query.dto.js';

/** Epoch milliseconds, quarters of an hour; `to` is not included. */
export interface Period {
  from: number;
  to: number;
}

const defaultLength = 30 * 86_400_000;

/**
 * The period that a query names, in whole quarters of an hour.
 * @param now where it ends if it is not told to; @param length where no beginning is given
 * @param member of the query that is at fault if there is none
 */
export function periodOf(
  { from, to, tz }: Pick<AnswerFilter, 'from' | 'to' | 'tz'>,
  now: Date,
  length = defaultLength,
  member = 'from',
): Period {
  const end = (to == null ? now : momentOf(to, tz)).getTime();
  const until = Math.min(Math.ceil(end / quarterHour) * quarterHour, latest);
  const begin = from == null ? until - length : momentOf(from, tz).getTime();
  const since = Math.max(Math.floor(begin / quarterHour) * quarterHour, earliest);
  if (since >= until) throw new InvalidInput([{ pointer: `/${member}`, detail: 'from must be before to' }]);
  return { from: since, to: until };
}

/** The one of the same length before. */
export function before({ from, to }: Period): Period {
  return { from: Math.max(earliest, 2 * from - to), to: from };
}

export function overlap(a: Period, b: Period): boolean {
  return a.from < b.to && b.from < a.to;
}
