import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Group, Instrument, Source } from './api.js';
import { browserZone, zones } from './clock.js';
import { daysOf, isDate, type PeriodName, periods, type View, viewOf, wholeView } from './view.js';
import {
  count,
  groupText,
  instrumentText,
  languageText,
  metricsOf,
  metricText,
  scaleNames,
  sourceNames,
} from './words.js';

interface FiltersProps {
  view: View;
  change: (change: Partial<View>) => void;
  now: number;
  instruments: Instrument[];
  /** What there is to choose from. */
  groups: { channel: Group[]; language: Group[]; bot: Group[] };
}

/** What the page is about. Each change is seen at once. */
export function Filters({ view, change, now, instruments, groups }: FiltersProps) {
  const metrics = view.scale ? metricsOf(view.scale, view.source) : [];
  const metric = view.metric ?? metrics[0];
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <div class="times">
        <PeriodChoice view={view} change={change} now={now} />
        <Select label="Time zone" value={view.tz} change={(tz) => change({ ...wholeView, tz })}>
          {(zones.includes(view.tz) ? zones : [view.tz, ...zones]).map((zone) => (
            <option key={zone} value={zone}>
              {zone === browserZone ? `${zone} (here)` : zone}
            </option>
          ))}
        </Select>
      </div>
      <div class="selects">
        <InstrumentSelect view={view} change={change} instruments={instruments} />
        {metrics.length > 1 && (
          <Select
            label="Score"
            value={metric!}
            change={(value) => change({ ...wholeView, metric: value as View['metric'] })}
          >
            {metrics.map((one) => (
              <option key={one} value={one}>
                {metricText(one, view.scale!)}
              </option>
            ))}
          </Select>
        )}
        {view.scale === 'nps' && (
          <Select
            label="Bands"
            value={view.bands}
            change={(value) => change({ ...wholeView, bands: value as View['bands'] })}
          >
            <option value="standard">Standard: detractors 0–6</option>
            <option value="kore">Kore.ai: detractors 0–5</option>
          </Select>
        )}
        {(view.scale !== 'text' || view.channel !== null) && (
          <GroupSelect
            label="Channel"
            value={view.channel}
            groups={groups.channel}
            change={(channel) => change({ channel })}
          />
        )}
        {(view.scale !== 'text' || view.language !== null) && (
          <GroupSelect
            label="Language"
            value={view.language}
            groups={groups.language}
            nameOf={languageText}
            change={(language) => change({ language })}
          />
        )}
        {(groups.bot.some(({ group }) => group !== '') || view.bot !== null) && (
          <GroupSelect label="Bot" value={view.bot} groups={groups.bot} change={(bot) => change({ bot })} />
        )}
      </div>
    </form>
  );
}

interface SelectProps {
  label: string;
  value: string;
  change: (value: string) => void;
  children: ComponentChildren;
}

export function Select({ label, value, change, children }: SelectProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => change(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

function InstrumentSelect({ view, change, instruments }: Pick<FiltersProps, 'view' | 'change' | 'instruments'>) {
  const valueOf = ({ source, instrument, scale }: Pick<View, 'source' | 'instrument' | 'scale'>) =>
    JSON.stringify([source, instrument, scale]);
  const isKnown = instruments.some((one) => valueOf(one) === valueOf(view));
  const choose = (value: string) =>
    change(
      viewOf(
        view,
        instruments.find((one) => valueOf(one) === value)!,
      ),
    );
  return (
    <Select label="What was asked" value={valueOf(view)} change={choose}>
      {!isKnown && view.source && (
        <option value={valueOf(view)}>
          {instrumentText({ source: view.source, instrument: view.instrument ?? '' })}
        </option>
      )}
      {(Object.keys(sourceNames) as Source[]).map((source) => {
        const own = instruments.filter((one) => one.source === source).toSorted((a, b) => b.n - a.n);
        return (
          own.length > 0 && (
            <optgroup key={source} label={sourceNames[source]}>
              {own.map((one) => (
                <option key={valueOf(one)} value={valueOf(one)}>
                  {`${instrumentText(one)} · ${scaleNames[one.scale]} · ${count(one.n)}`}
                </option>
              ))}
            </optgroup>
          )
        );
      })}
    </Select>
  );
}

interface GroupSelectProps {
  label: string;
  value: string | null;
  groups: Group[];
  nameOf?: (group: string) => string;
  change: (group: string | null) => void;
}

/** A value of a select is a text, so that any and none need marks of their own. */
const any = 'any';
const mark = (group: string | null) => (group === null ? any : `=${group}`);

function GroupSelect({ label, value, groups, nameOf = groupText, change }: GroupSelectProps) {
  const names = groups.map(({ group }) => group);
  const shown = value === null || names.includes(value) ? names : [value, ...names];
  return (
    <Select label={label} value={mark(value)} change={(marked) => change(marked === any ? null : marked.slice(1))}>
      <option value={any}>All</option>
      {shown.map((name) => (
        <option key={name} value={mark(name)}>
          {nameOf(name)}
        </option>
      ))}
    </Select>
  );
}

function PeriodChoice({ view, change, now }: Pick<FiltersProps, 'view' | 'change' | 'now'>) {
  const [isChoosing, setChoosing] = useState(view.period === 'custom');
  useEffect(() => setChoosing(view.period === 'custom'), [view.period]);
  const choose = (period: PeriodName) => {
    setChoosing(period === 'custom');
    if (period !== 'custom') change({ ...wholeView, period, first: null, last: null });
  };
  return (
    <fieldset class="periods">
      <legend>Period</legend>
      <div class="segments">
        {(Object.keys(periods) as PeriodName[]).map((period) => (
          <label key={period}>
            <input
              type="radio"
              name="period"
              value={period}
              checked={isChoosing ? period === 'custom' : period === view.period}
              onChange={() => choose(period)}
            />
            <span>{periods[period]}</span>
          </label>
        ))}
      </div>
      {isChoosing && <Days view={view} change={change} now={now} />}
    </fieldset>
  );
}

/** The first and the last day of a custom period. They hold when both are chosen. */
function Days({ view, change, now }: Pick<FiltersProps, 'view' | 'change' | 'now'>) {
  const [days, setDays] = useState(() => daysOf(view, now));
  const isPossible = isDate(days.first) && isDate(days.last) && days.first <= days.last;
  const isNew = days.first !== view.first || days.last !== view.last || view.period !== 'custom';
  const dayField = (member: 'first' | 'last', label: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="date"
        required
        value={days[member]}
        onInput={(event) => setDays({ ...days, [member]: event.currentTarget.value })}
      />
    </label>
  );
  return (
    <div class="days">
      {dayField('first', 'From the day')}
      {dayField('last', 'To the day')}
      <button
        type="button"
        disabled={!isPossible || !isNew}
        onClick={() => change({ ...wholeView, period: 'custom', ...days })}
      >
        Show these days
      </button>
      {!isPossible && <p class="complaint">The last day must not be before the first.</p>}
    </div>
  );
}
