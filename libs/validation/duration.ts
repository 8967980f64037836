import { Must } from './rules.js';

const form = /^P(?!$)(?:(\d{1,9})D)?(?:T(?!$)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

/** Milliseconds in each part of {@link form}. */
const units = [86_400_000, 3_600_000, 60_000, 1_000];

/** An ISO 8601 duration in days, hours, minutes and seconds, as milliseconds; NaN if it is none. A day has 24 hours. */
export function millisecondsOf(duration: string): number {
  const parts = form.exec(duration)?.slice(1);
  return parts ? Math.round(parts.reduce((sum, part, unit) => sum + Number(part ?? 0) * units[unit]!, 0)) : NaN;
}

/** From one second to ten years: what can be added to a date without leaving the calendar. */
export const IsDuration = (): PropertyDecorator =>
  Must('be an ISO 8601 duration from PT1S to P3653D, such as PT1H30M', (value) => {
    const milliseconds = typeof value === 'string' ? millisecondsOf(value) : NaN;
    return milliseconds >= 1_000 && milliseconds <= 3_653 * units[0]!;
  });
