import { beyond, countsBefore, type Followed, follow, type Interval, parting, type Score } from '#libs/statistics';
import { Reading } from '../analytics/reading.js';
import { Tally } from '../counting/tally.js';
import { type ScoredScale, scoreRangeOf } from '../feedback/scale.js';
import {
  type Direction,
  type Following,
  followingFrom,
  type Raised,
  type State,
  stepAfter,
  waitingFor,
  type Watch,
} from './watch.entity.js';
import { type Step, stepFrom, stepsIn20Years } from './steps.js';

/** Days after an alarm without another one, after which a change is no news any more. */
const settledAfter = 28 * 86_400_000;

/** What a step brought to a watch. */
export interface Gathered {
  /** Answers in each cell of the score: unresolved and resolved, or one for each score of the scale. */
  counts: number[];
  /** Entries that were recorded in the step, but count neither in it nor in the one before. */
  late: number;
  /** Answers that were left out because their respondent had given one in the step. */
  repeated: number;
}

/** An item of the history of a watch. */
export interface HistoryItem {
  /** null where somebody settled the watch by hand. */
  step: { from: string; to: string } | null;
  n: number;
  estimate: number | null;
  late: number;
  repeated: number;
  /** Of all answers that are followed. The interval is as sure as one false alarm in 20 years asks. */
  followed: { since: string; n: number; estimate: number | null; ci: Interval | null } | null;
  state: State;
  event: 'raised' | 'settled' | null;
  raised: Raised | null;
}

type Looked = Pick<Watch, 'state' | 'raised' | 'items' | 'vigil' | 'nextFrom' | 'nextTo' | 'dueAt'>;

/** How many cells the score of a watch has. */
export function cellsOf({ metric, scale }: Pick<Watch, 'metric' | 'scale'>): number {
  if (metric === 'resolved') return 2;
  const { low, high } = scoreRangeOf(scale as ScoredScale);
  return high - low + 1;
}

/** Makes the score of a watch out of the answers in each cell. */
export function scoreOf({
  metric,
  scale,
}: Pick<Watch, 'metric' | 'scale'>): (counts: readonly number[]) => Score<never> {
  const reading = new Reading(scale, metric, 'standard', 1, 'always');
  return (counts) => reading.scoreOf(tallyOf({ metric, scale }, counts)) as Score<never>;
}

function tallyOf({ metric, scale }: Pick<Watch, 'metric' | 'scale'>, counts: readonly number[]): Tally {
  const tally = new Tally();
  tally.n = counts.reduce((sum, count) => sum + count, 0);
  if (metric === 'resolved') [tally.unresolved, tally.resolved] = counts as [number, number];
  else counts.forEach((count, index) => (tally.scores[scoreRangeOf(scale as ScoredScale).low + index] = count));
  return tally;
}

/**
 * Looks at one step: what becomes of the watch, and what it says. It holds up others for a fraction of a millisecond between
 * two steps of the generator.
 */
export function* look(watch: Watch, gathered: Gathered): Generator<void, { watch: Looked; item: HistoryItem }> {
  const score = scoreOf(watch);
  const level = 1 - 1 / stepsIn20Years[watch.step];
  const { from } = watch.vigil;
  const seen = { ...(yield* follow(watch.vigil, gathered.counts, score, level)), from };
  const decided = decide(watch, seen);
  const first = seen.followed[0]!;
  const step = { from: watch.nextFrom.toISOString(), to: watch.nextTo.toISOString() };
  const since = stepNumbered(watch, seen, first.step).from.toISOString();
  const item: HistoryItem = {
    step,
    ...described(score(gathered.counts)),
    late: gathered.late,
    repeated: gathered.repeated,
    followed: { since, ...described(score(first.counts)), ci: score(first.counts).intervalAlways(level) },
    state: decided.state,
    event: decided.event,
    raised: decided.raised,
  };
  const next = waitingFor(stepAfter(watch));
  const { state, raised, vigil } = decided;
  return { watch: { state, raised, vigil, items: watch.items + 1, ...next }, item };
}

function described({ n, estimate }: Pick<Score<never>, 'n' | 'estimate'>): { n: number; estimate: number | null } {
  return { n, estimate };
}

interface Decided {
  state: State;
  raised: Raised | null;
  vigil: Following;
  event: HistoryItem['event'];
}

function decide(watch: Watch, vigil: Following): Decided {
  const { state, raised, nextTo } = watch;
  const alarm = watch.kind === 'change' ? parting(vigil) : beyond(vigil, watch.target!, watch.direction!);
  // A target that is missed stays missed until the score is known to be on the good side.
  if (alarm && (watch.kind === 'change' || state !== 'raised'))
    return { state: 'raised', raised: raisedBy(watch, vigil, alarm), vigil: followingFrom(nextTo), event: 'raised' };
  const isOver =
    watch.kind === 'change'
      ? nextTo.getTime() - Date.parse(raised?.at ?? '') >= settledAfter
      : beyond(vigil, watch.target!, opposite(watch.direction!)) !== null;
  if (state === 'raised' && isOver)
    return { state: 'settled', raised, vigil: settled(watch, vigil, nextTo), event: 'settled' };
  return { state, raised, vigil, event: null };
}

/** A target is watched anew: what lay beyond it while the watch was raised is over. */
export function settled({ kind }: Pick<Watch, 'kind'>, vigil: Following, now: Date): Following {
  return kind === 'target' ? followingFrom(now) : vigil;
}

function raisedBy(watch: Watch, vigil: Following, alarm: Followed): Raised {
  const score = scoreOf(watch);
  return {
    at: watch.nextTo.toISOString(),
    since: stepNumbered(watch, vigil, alarm.step).from.toISOString(),
    before: described(score(countsBefore(vigil, alarm))),
    after: described(score(alarm.counts)),
  };
}

function opposite(direction: Direction): Direction {
  return direction === 'above' ? 'below' : 'above';
}

/** The step of that number since the following began. */
function stepNumbered({ step, tz }: Watch, { from }: Following, number: number): Step {
  const nominal = Date.parse(from) + number * (step === 'day' ? 1 : 7) * 86_400_000;
  // Clocks that were set since make at most some hours of difference.
  return stepFrom(new Date(nominal - 12 * 3_600_000), step, tz);
}
