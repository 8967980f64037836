import type { Group } from './api.js';
import { Dot } from './marks.js';
import { type Column, Table } from './table.js';
import { Verdict } from './verdict.js';
import { boundsText, count, percent, rangeOf, scoreText } from './words.js';
import './breakdown.css';

interface BreakdownProps {
  title: string;
  groups: Group[];
  nameOf: (group: string) => string;
  /** The group that the filter names; null for all. */
  chosen: string | null;
  choose: (group: string | null) => void;
}

/** The score of each group, and whether it differs from that of all others together. */
export function BreakdownCard({ title, groups, nameOf, chosen, choose }: BreakdownProps) {
  return (
    <section class="card breakdown" aria-label={title}>
      <h2>{title}</h2>
      <Table
        label={title}
        rows={groups}
        keyOf={({ group }) => group}
        columns={columnsFor(groups[0]?.metric === 'options', { nameOf, chosen, choose })}
      />
      {chosen !== null && <p class="hint">Of all groups; the filter holds for the rest of the page.</p>}
    </section>
  );
}

/** Options have no single score that could be compared. */
function columnsFor(
  hasOptions: boolean,
  choice: Pick<BreakdownProps, 'nameOf' | 'chosen' | 'choose'>,
): Column<Group>[] {
  const all = columns(choice);
  return hasOptions ? all.slice(0, -1) : all;
}

function columns({ nameOf, chosen, choose }: Pick<BreakdownProps, 'nameOf' | 'chosen' | 'choose'>): Column<Group>[] {
  return [
    {
      label: 'Group',
      isHead: true,
      cell: ({ group }) => (
        <button
          type="button"
          class="link"
          aria-pressed={group === chosen}
          title={group === chosen ? 'Show all again' : 'Show only these'}
          onClick={() => choose(group === chosen ? null : group)}
        >
          <bdi>{nameOf(group)}</bdi>
        </button>
      ),
    },
    { label: 'Answers', isNumber: true, cell: ({ n }) => <data value={n}>{count(n)}</data> },
    {
      label: 'Score',
      cell: (group) => {
        if (group.metric === 'options') return <TopOption group={group} />;
        if (group.estimate === null) return '–';
        return (
          <div class="share">
            <data value={group.estimate} class="share-text">
              {scoreText(group.metric, group.estimate)}
            </data>
            <Dot value={group.estimate} ci={group.ci} range={rangeOf(group.metric, group.scale)} />
            {group.ci && <span class="hint">95% interval {boundsText(group.metric, group.ci)}</span>}
          </div>
        );
      },
    },
    {
      label: 'Against the rest',
      cell: ({ vsRest, metric }) => (vsRest ? <Verdict metric={metric} comparison={vsRest} other="the rest" /> : '–'),
    },
  ];
}

/** A choice has no single score: the option that most ticked stands for it. */
function TopOption({ group }: { group: Group }) {
  const [top] = group.options;
  if (!top || top.share === null) return '–';
  return (
    <div class="share">
      <data value={top.share} class="share-text">
        {percent(top.share)} <bdi>{top.name}</bdi>
      </data>
      <Dot value={top.share} ci={top.ci} range={[0, 1]} />
      {top.ci && <span class="hint">Most ticked; 95% interval {boundsText('share', top.ci)}</span>}
    </div>
  );
}
