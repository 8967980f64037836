import type { Api, ConfidenceInterval, Instrument, Metric, Release, Sides, Watch } from './api.js';
import { useAsked } from './asked.js';
import { format } from './clock.js';
import { instrumentText, scoreText } from './words.js';
import './attention.css';

interface AttentionProps {
  api: Api;
  tz: string;
  /** What is shown, with which releases are compared. */
  asked: Instrument | undefined;
  metric: Metric | null;
  /** When this was asked for. */
  now: number;
}

interface Attention {
  watches: Watch[];
  releases: { release: Release; sides: Sides | null }[];
}

const shownReleases = 3;

/** What needs attention: watches that are raised, and what came of the last releases. Nothing where there is neither. */
export function AttentionCard({ api, tz, asked, metric, now }: AttentionProps) {
  const about = asked && { source: asked.source, instrument: asked.instrument, scale: asked.scale, metric };
  const attention = useAsked(JSON.stringify([about, now]), (signal) => attentionOf(api, about, signal));
  const { watches, releases } = attention.value ?? { watches: [], releases: [] };
  if (watches.length === 0 && releases.length === 0) return null;
  return (
    <section class="card attention" aria-labelledby="attention">
      <h2 id="attention">What needs attention</h2>
      <ul>
        {watches.map((watch) => (
          <li key={watch.id} class="attention-raised">
            <strong>{watch.name}</strong>: {watchText(watch, tz)}
          </li>
        ))}
        {releases.map(({ release, sides }) => (
          <li key={release.id}>
            <strong>{release.name}</strong>: {releaseText(release, sides, tz)}
          </li>
        ))}
      </ul>
      <p class="hint">These statements hold however often they are read.</p>
    </section>
  );
}

/** `got worse since 12 November: from 81.2% to 73.4%`. */
export function watchText({ source, instrument, metric, kind, target, direction, raised }: Watch, tz: string): string {
  const what = instrumentText({ source, instrument, label: null });
  if (!raised) return what;
  const since = format('date', Date.parse(raised.since), tz);
  const after = scoreText(metric, raised.after.estimate!);
  if (kind === 'target')
    return `${what} has been ${direction} ${scoreText(metric, target!)} since ${since}: it is at ${after}.`;
  if (raised.before.estimate === null) return `${what} is another one since ${since}: it is at ${after}.`;
  return `${what} got ${worseOrBetter(raised.before.estimate, raised.after.estimate!)} since ${since}: from ${scoreText(metric, raised.before.estimate)} to ${after}.`;
}

/** What can be said of a release, and nothing beyond. */
export function releaseText(release: Release, sides: Sides | null, tz: string): string {
  const day = format('date', Date.parse(release.at), tz);
  if (!sides?.change) return `released on ${day}.`;
  const { a, b, change, metric } = sides;
  if (change.verdict === 'too few answers')
    return `too early to tell since the release of ${day}: there are ${b.n} answers.`;
  const [before, after] = [scoreText(metric, a.estimate!), scoreText(metric, b.estimate!)];
  if (change.verdict === 'not distinguishable')
    return `too early to tell since the release of ${day}: ${before} before, ${after} since.`;
  return `we can say it got ${worseOrBetter(a.estimate!, b.estimate!)} since the release of ${day}: from ${before} to ${after}.`;
}

function worseOrBetter(before: number, after: number): string {
  return after < before ? 'worse' : 'better';
}

async function attentionOf(
  api: Api,
  about: Record<string, string | null> | undefined,
  signal: AbortSignal,
): Promise<Attention> {
  const [watches, releases] = await Promise.all([
    api.get('watches', { state: 'raised', limit: '20' }, signal),
    api.get('releases', { limit: String(shownReleases) }, signal),
  ]);
  const compared = releases.data.map(async (release) => {
    const sides =
      about && (await api.get('analytics/comparison', { ...about, release: release.id }, signal).catch(() => null));
    return { release, sides: sides ?? null };
  });
  return { watches: watches.data, releases: await Promise.all(compared) };
}

/** For how many looks the intervals that are shown hold. */
export function IntervalNote({
  score,
  groups,
}: {
  score: ConfidenceInterval | null;
  groups: ConfidenceInterval | null;
}) {
  const told = [score && `Score and timeline: ${looksText(score)}`, groups && `Groups: ${looksText(groups)}`];
  const sentences = told.filter((one) => one !== null);
  return sentences.length > 0 ? <p class="hint">{sentences.join(' ')}</p> : null;
}

function looksText({ method }: ConfidenceInterval): string {
  return method.endsWith('-always')
    ? 'intervals that hold however often you look.'
    : 'intervals for one look. Who looks every day will sometimes see a change where there is none.';
}
