import { useEffect, useMemo, useState } from 'preact/hooks';
import { AnswersCard } from './answers.js';
import type { Api, Breakdown, Instrument, Query, Summary, Timeline } from './api.js';
import { useAsked } from './asked.js';
import { AttentionCard, IntervalNote } from './attention.js';
import { BandsCard } from './bands.js';
import { BreakdownCard } from './breakdown.js';
import { format } from './clock.js';
import { CommentsCard } from './comments.js';
import { EmptyPeriod, EmptyWorkspace } from './empty.js';
import { Filters } from './filters.js';
import { Loading } from './loading.js';
import { Patterns } from './marks.js';
import { FailureNotice, Notice } from './notice.js';
import { Search } from './search.js';
import { ScoreCard } from './score.js';
import { TimelineCard } from './timeline.js';
import {
  chosen,
  fragmentOf,
  instrumentOf,
  intervalOf,
  intervalsFor,
  type Period,
  periodOf,
  pick,
  scoreQuery,
  type View,
  viewIn,
  unsearched,
  wholeView,
} from './view.js';
import { groupText, languageText } from './words.js';
import './dashboard.css';

interface Figures {
  summary: Summary;
  timeline: Timeline;
  channel: Breakdown;
  language: Breakdown;
  bot: Breakdown;
}

interface DashboardProps {
  api: Api;
  /** Goes back to the question for a key. */
  forget: (why: string | null) => void;
}

/** Everything behind the key. */
export function Dashboard({ api, forget }: DashboardProps) {
  const instruments = useAsked('instruments', (signal) => api.get('analytics/instruments', {}, signal));
  // Only its name is shown: without it the page is as good.
  const workspace = useAsked('workspace', (signal) => api.get('workspace', {}, signal));
  const [{ view: named, turn }, change, refresh] = useView();
  const known = instruments.value?.data ?? [];
  const isReady = instruments.value !== null;
  const now = useMemo(() => api.now(), [api, turn, isReady]);
  const view = chosen(named, known);
  const asked = instrumentOf(view, known);
  const chooseReason = (reason: string) => change({ ...view, reason });
  const period = periodOf(view, now);
  const hasScore = view.scale !== null && view.scale !== 'text';
  const figures = useAsked(
    isReady && hasScore ? JSON.stringify([{ ...view, ...wholeView, ...unsearched }, now]) : null,
    (signal) => figuresOf(api, view, period, signal),
  );
  useEffect(() => {
    // The address says what is shown, so that it can be kept and passed on.
    if (isReady) history.replaceState(null, '', fragmentOf(view));
  }, [isReady]);
  const keyFailure = [instruments, figures].find(({ failure }) => failure?.kind === 'key')?.failure;
  useEffect(() => {
    if (keyFailure) forget(keyFailure.message);
  }, [keyFailure]);
  return (
    <>
      <Patterns />
      <Loading asked={[instruments, figures]} />
      <header class="top">
        <h1>
          Afterword
          {workspace.value && (
            <>
              {' '}
              <bdi class="workspace">{workspace.value.name}</bdi>
            </>
          )}
        </h1>
        <div class="actions">
          <span class="hint">As of {format('time', now, view.tz)}</span>
          <button type="button" onClick={() => (instruments.again(), refresh())}>
            Refresh
          </button>
          <button type="button" onClick={() => forget(null)}>
            Sign out
          </button>
        </div>
      </header>
      {instruments.failure && <FailureNotice failure={instruments.failure} again={instruments.again} />}
      {instruments.value && known.length === 0 && <EmptyWorkspace />}
      {instruments.value && known.length > 0 && (
        <>
          <Filters
            view={view}
            change={(changed) => change({ ...view, ...changed })}
            now={now}
            instruments={known}
            asked={asked}
            groups={figures.value}
          />
          <main aria-busy={figures.isLoading}>
            <AttentionCard
              api={api}
              tz={view.tz}
              asked={asked}
              metric={figures.value?.summary.metric ?? null}
              now={now}
            />
            {figures.failure && <FailureNotice failure={figures.failure} again={figures.again} />}
            {figures.value && (
              <FiguresView figures={figures.value} view={view} period={period} asked={asked} change={change} />
            )}
            {view.scale === 'text' && <Notice title="Words have no score. They are below, as they were said." />}
            <Search view={view} change={(changed) => change({ ...view, ...changed })} />
            <CommentsCard api={api} view={view} period={period} now={now} asked={asked} chooseReason={chooseReason} />
            <AnswersCard
              api={api}
              view={view}
              period={period}
              now={now}
              asked={asked}
              chooseReason={chooseReason}
              widen={() => change({ ...view, ...wholeView })}
            />
          </main>
        </>
      )}
    </>
  );
}

interface FiguresViewProps {
  figures: Figures;
  view: View;
  period: Period;
  asked: Instrument | undefined;
  change: (view: View) => void;
}

function FiguresView({ figures, view, period, asked, change }: FiguresViewProps) {
  const { summary, timeline } = figures;
  const before = beforeText(view);
  if (summary.n === 0) return <EmptyPeriod view={view} asked={asked} change={change} />;
  return (
    <>
      <ScoreCard summary={summary} before={before} />
      <BandsCard summary={summary} before={before} pick={(band) => change(pick(view, null, band))} />
      <TimelineCard
        timeline={timeline}
        intervals={intervalsFor(period)}
        tz={view.tz}
        change={(interval) => change({ ...view, ...wholeView, interval })}
        pick={(bucket, band) => change(pick(view, bucket, band))}
      />
      <BreakdownCard
        title="By channel"
        breakdown={figures.channel}
        nameOf={groupText}
        chosen={view.channel}
        choose={(channel) => change({ ...view, channel })}
      />
      <BreakdownCard
        title="By language"
        breakdown={figures.language}
        nameOf={({ group }) => languageText(group)}
        chosen={view.language}
        choose={(language) => change({ ...view, language })}
      />
      <IntervalNote score={summary.ci} groups={figures.channel.groups[0]?.ci ?? null} />
    </>
  );
}

interface Looking {
  view: View;
  /** Increased whenever the figures are to be asked for again, which picking a bar does not need. */
  turn: number;
}

/** The view that the address names. Each change is a step that the reader can go back. */
function useView(): [Looking, (view: View) => void, () => void] {
  const [state, setState] = useState<Looking>(() => ({ view: viewIn(location.hash), turn: 0 }));
  const show = (view: View) =>
    setState(({ turn }) => ({
      view,
      turn: turn + (view.since || view.band || view.q || view.reason || view.state ? 0 : 1),
    }));
  const follow = () => show(viewIn(location.hash));
  useEffect(() => {
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const change = (view: View) => {
    history.pushState(null, '', fragmentOf(view));
    show(view);
  };
  return [state, change, () => setState(({ view, turn }) => ({ view, turn: turn + 1 }))];
}

/** All figures of a view, of one period. Each breakdown ignores the filter of its own dimension, to have all groups. */
async function figuresOf(api: Api, view: View, period: Period, signal: AbortSignal): Promise<Figures> {
  const query = scoreQuery(view, period);
  const breakdown = (by: 'channel' | 'language' | 'bot') => {
    const asked: Query = { ...query, [by]: null, by };
    return api.get('analytics/breakdown', asked, signal);
  };
  const [summary, timeline, channel, language, bot] = await Promise.all([
    api.get('analytics/summary', query, signal),
    api.get('analytics/timeline', { ...query, interval: intervalOf(view, period) }, signal),
    breakdown('channel'),
    breakdown('language'),
    breakdown('bot'),
  ]);
  return { summary, timeline, channel, language, bot };
}

function beforeText({ period }: View): string {
  if (period === 'custom') return 'the same number of days before';
  return period === '24h' ? 'the 24 hours before' : `the ${parseInt(period, 10)} days before`;
}
