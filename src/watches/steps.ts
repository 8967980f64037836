import { enumeration } from '#libs/validation';
import { WallClock } from '#libs/wall-clock';

/** How long a step is, by the wall clock of the watch; weeks begin on Monday. */
export const stepNames = enumeration('Step', ['day', 'week']);
export type StepName = (typeof stepNames)[number];

/** A whole step. `to` is not included. */
export interface Step {
  from: Date;
  to: Date;
}

const day = 86_400_000;
/** 1 January 1970 was a Thursday. */
const firstMonday = 4 * day;

/** Steps in the 20 years in which one false alarm is allowed on average. */
export const stepsIn20Years: Record<StepName, number> = { day: 7_300, week: 1_043 };

/** The first whole step that begins at `at` or later. */
export function stepFrom(at: Date, name: StepName, tz: string): Step {
  const clock = new WallClock(tz);
  const length = name === 'day' ? day : 7 * day;
  const origin = name === 'day' ? 0 : firstMonday;
  let local = Math.floor((clock.localOf(at.getTime()) - origin) / length) * length + origin;
  while (clock.instantOf(local) < at.getTime()) local += length;
  const from = clock.instantOf(local);
  // A zone may leave out a day.
  for (let end = local + length; ; end += length) {
    const to = clock.instantOf(end);
    if (to > from) return { from: new Date(from), to: new Date(to) };
  }
}
