import { useEffect, useState } from 'preact/hooks';
import { daysOf, isDate, type PeriodName, periods, type View, wholeView } from './view.js';
import './period.css';

interface PeriodProps {
  view: View;
  change: (change: Partial<View>) => void;
  now: number;
}

/** How far back the page looks. */
export function PeriodChoice({ view, change, now }: PeriodProps) {
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
function Days({ view, change, now }: PeriodProps) {
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
