import type { Breakdown, Group, Instrument, Source } from './api.js';
import { browserZone, zones } from './clock.js';
import { PeriodChoice } from './period.js';
import { Select } from './select.js';
import { type View, viewOf, wholeView } from './view.js';
import {
  bandSetNames,
  count,
  groupText,
  instrumentText,
  languageText,
  metricText,
  scaleText,
  sourceNames,
} from './words.js';
import './filters.css';

interface FiltersProps {
  view: View;
  change: (change: Partial<View>) => void;
  now: number;
  instruments: Instrument[];
  /** The one that the view is of; undefined where it has gone. */
  asked: Instrument | undefined;
  /** What there is to choose from; null until it is known. */
  groups: Record<'channel' | 'language' | 'bot', Breakdown> | null;
}

/** What the page is about. Each change is seen at once. */
export function Filters({ view, change, now, instruments, asked, groups }: FiltersProps) {
  const metrics = asked?.metrics ?? [];
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
        <InstrumentSelect view={view} change={change} instruments={instruments} asked={asked} />
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
            {Object.entries(bandSetNames).map(([bands, name]) => (
              <option key={bands} value={bands}>
                {name}
              </option>
            ))}
          </Select>
        )}
        {(view.scale !== 'text' || view.channel !== null) && (
          <GroupSelect
            label="Channel"
            value={view.channel}
            breakdown={groups?.channel}
            change={(channel) => change({ channel })}
          />
        )}
        {(view.scale !== 'text' || view.language !== null) && (
          <GroupSelect
            label="Language"
            value={view.language}
            breakdown={groups?.language}
            nameOf={({ group }) => languageText(group)}
            change={(language) => change({ language })}
          />
        )}
        {(groups?.bot.groups.some(({ group }) => group !== '') || view.bot !== null) && (
          <GroupSelect label="Bot" value={view.bot} breakdown={groups?.bot} change={(bot) => change({ bot })} />
        )}
      </div>
    </form>
  );
}

type InstrumentProps = Pick<FiltersProps, 'view' | 'change' | 'instruments' | 'asked'>;

function InstrumentSelect({ view, change, instruments, asked }: InstrumentProps) {
  const valueOf = ({ source, instrument, scale }: Pick<View, 'source' | 'instrument' | 'scale'>) =>
    JSON.stringify([source, instrument, scale]);
  const choose = (value: string) =>
    change(
      viewOf(
        view,
        instruments.find((one) => valueOf(one) === value)!,
      ),
    );
  return (
    <Select label="What was asked" value={valueOf(view)} change={choose}>
      {!asked && view.source && (
        <option value={valueOf(view)}>
          {instrumentText({ source: view.source, instrument: view.instrument ?? '', label: null })}
        </option>
      )}
      {(Object.keys(sourceNames) as Source[]).map((source) => {
        const own = instruments.filter((one) => one.source === source);
        return (
          own.length > 0 && (
            <optgroup key={source} label={sourceNames[source]}>
              {own.map((one) => (
                <option key={`${one.rest} ${valueOf(one)}`} value={valueOf(one)} disabled={one.rest}>
                  {`${instrumentText(one)} · ${scaleText(one)} · ${count(one.n)}`}
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
  breakdown: Breakdown | undefined;
  nameOf?: (group: Named, all: Named[]) => string;
  change: (group: string | null) => void;
}

type Named = Pick<Group, 'group' | 'label'>;

/** A value of a select is a text, so that any and none need marks of their own. */
const any = 'any';
const mark = (group: string | null) => (group === null ? any : `=${group}`);

function GroupSelect({ label, value, breakdown, nameOf = groupText, change }: GroupSelectProps) {
  const named: Named[] = (breakdown?.groups ?? []).filter(({ rest }) => !rest);
  const isThere = value === null || named.some(({ group }) => group === value);
  const shown = isThere ? named : [{ group: value, label: null }, ...named];
  return (
    <Select label={label} value={mark(value)} change={(marked) => change(marked === any ? null : marked.slice(1))}>
      <option value={any}>All</option>
      {shown.map((one) => (
        <option key={one.group} value={mark(one.group)}>
          {nameOf(one, shown)}
        </option>
      ))}
    </Select>
  );
}
