import type { Breakdown, Group, Range } from './api.js';
import { Dot, whole } from './marks.js';
import { type Column, Table } from './table.js';
import { Verdict } from './verdict.js';
import { boundsText, count, percent, restText, scoreText } from './words.js';
import './breakdown.css';

interface BreakdownProps {
  title: string;
  breakdown: Breakdown;
  nameOf: (group: Group, all: Group[]) => string;
  /** The group that the filter names; null for all. */
  chosen: string | null;
  choose: (group: string | null) => void;
}

/** The score of each group, and whether it differs from that of all others together. */
export function BreakdownCard({ title, breakdown, nameOf, chosen, choose }: BreakdownProps) {
  return (
    <section class="card breakdown" aria-label={title}>
      <h2>{title}</h2>
      <Table
        label={title}
        rows={breakdown.groups}
        keyOf={({ group, rest }) => (rest ? 'rest' : `=${group}`)}
        columns={columnsFor(breakdown.range, { nameOf: (group) => nameOf(group, breakdown.groups), chosen, choose })}
      />
      {chosen !== null && <p class="hint">Of all groups; the filter holds for the rest of the page.</p>}
    </section>
  );
}

type Choice = Pick<BreakdownProps, 'chosen' | 'choose'> & { nameOf: (group: Group) => string };

/** Options have no single score that could be compared, and no range. */
function columnsFor(range: Range | null, choice: Choice): Column<Group>[] {
  if (!range) return [...namesAndCounts(choice), { label: 'Score', cell: (group) => <TopOption group={group} /> }];
  return [
    ...namesAndCounts(choice),
    { label: 'Score', cell: (group) => <GroupScore group={group} range={range} /> },
    {
      label: 'Against the rest',
      cell: ({ vsRest, metric }) => (vsRest ? <Verdict metric={metric} comparison={vsRest} other="the rest" /> : '–'),
    },
  ];
}

function namesAndCounts({ nameOf, chosen, choose }: Choice): Column<Group>[] {
  return [
    {
      label: 'Group',
      isHead: true,
      cell: (row) => {
        const { group, rest } = row;
        return rest ? (
          restText
        ) : (
          <button
            type="button"
            class="link"
            aria-pressed={group === chosen}
            title={group === chosen ? 'Show all again' : 'Show only these'}
            onClick={() => choose(group === chosen ? null : group)}
          >
            <bdi>{nameOf(row)}</bdi>
          </button>
        );
      },
    },
    { label: 'Answers', isNumber: true, cell: ({ n }) => <data value={n}>{count(n)}</data> },
  ];
}

function GroupScore({ group: { metric, estimate, ci }, range }: { group: Group; range: Range }) {
  if (estimate === null) return '–';
  return (
    <div class="share">
      <data value={estimate} class="share-text">
        {scoreText(metric, estimate)}
      </data>
      <Dot value={estimate} ci={ci} range={range} />
      {ci && <span class="hint">95% interval {boundsText(metric, ci)}</span>}
    </div>
  );
}

/** A choice has no single score: the option that most have ticked stands for it. */
function TopOption({ group }: { group: Group }) {
  const [top] = group.options;
  if (!top || top.share === null) return '–';
  return (
    <div class="share">
      <data value={top.share} class="share-text">
        {percent(top.share)} <bdi>{top.rest ? restText : top.name}</bdi>
      </data>
      <Dot value={top.share} ci={top.ci} range={whole} />
      {top.ci && <span class="hint">Most ticked; 95% interval {boundsText('share', top.ci)}</span>}
    </div>
  );
}
