/*
 * `npm run simulate`: how often unchanged scores are called changed by who looks every day, and how soon true changes are
 * found. The same numbers for the same SEED. RUNS scales the number of comparisons (1: 10,000 of shares, 1,000 of the other
 * scores) and WATCHES that of watches (1: 100 of ten years each); both at 1 take about an hour of one processor.
 */
import { writeFileSync } from 'node:fs';
import { compare, follow, Mean, NetPromoterScore, newVigil, parting, Share } from '../../dist/libs/statistics/index.js';
import { picture } from './picture.mjs';

const seed = Number(process.env.SEED ?? 17);
const parts = { comparisons: Number(process.env.RUNS ?? 1), watches: Number(process.env.WATCHES ?? 1) };
const runs = (usual, part = 'comparisons') => Math.max(1, Math.round(usual * parts[part]));
const rates = [5, 20, 200];
const changes = [5, 10, 20];
const year = 365;
const level = 1 - 1 / 7_300;

/** Cells, how likely each is, and the same after a fall of so many points (of a mean: of hundredths of its scale). */
const scores = [
  {
    name: 'share',
    cells: [0.2, 0.8],
    fallen: (points) => [0.2 + points / 100, 0.8 - points / 100],
    of: ([no, yes]) => new Share(yes, no + yes),
    runs: 10_000,
  },
  {
    name: 'NPS',
    cells: [0.2, 0.3, 0.5],
    fallen: (points) => [0.2 + points / 200, 0.3, 0.5 - points / 200],
    of: ([detractors, passives, promoters]) =>
      new NetPromoterScore(promoters, detractors, detractors + passives + promoters),
    runs: 1_000,
  },
  {
    name: 'mean of 1–5',
    cells: [0.05, 0.05, 0.1, 0.3, 0.5],
    fallen: (points) => [0.05 + points / 100, 0.05, 0.1, 0.3, 0.5 - points / 100],
    of: (counts) => new Mean(counts.map((count, i) => ({ score: i + 1, count }))),
    runs: 1_000,
  },
];

/** Mulberry32. */
function seeded(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function drawn(random, cells, n) {
  const counts = cells.map(() => 0);
  for (let i = 0; i < n; i++) {
    let left = random();
    let cell = 0;
    while (cell < cells.length - 1 && (left -= cells[cell]) >= 0) cell++;
    counts[cell]++;
  }
  return counts;
}

const plus = (a, b) => a.map((count, i) => count + b[i]);
const minus = (a, b) => a.map((count, i) => count - b[i]);
const isVerdict = ({ verdict }) => verdict === 'higher' || verdict === 'lower';

/** The day on which what came since the 90 days before is first told from them; null: not within `days`. */
function comparisonFinds(random, { cells, of }, after, rate, days) {
  const before = of(drawn(random, cells, 90 * rate));
  let since = cells.map(() => 0);
  for (let day = 1; day <= days; day++) {
    since = plus(since, drawn(random, after, rate));
    const { e } = of(since).minus(before);
    if (e >= 20 && day * rate >= 10) return day;
  }
  return null;
}

/** The same of the verdict for one look: the last 30 days against the 30 before, which both slide. */
function slidingFinds(random, { cells, of }, after, rate, days) {
  const all = [cells.map(() => 0)];
  for (let day = 0; day < 60; day++) all.push(plus(all.at(-1), drawn(random, cells, rate)));
  for (let day = 1; day <= days; day++) {
    all.push(plus(all.at(-1), drawn(random, after, rate)));
    const [end, middle, start] = [all.at(-1), all.at(-31), all.at(-61)];
    if (isVerdict(compare(of(minus(end, middle)), of(minus(middle, start)), 10))) return day;
  }
  return null;
}

/** The same of a watch by day of the kind `change`, which has run for 90 days, or is new where `before` is 0. */
function watchFinds(random, { cells, of }, after, rate, days, before = 90) {
  let vigil = newVigil;
  for (let day = 1 - before; day <= days; day++) {
    const steps = follow(vigil, drawn(random, day > 0 ? after : cells, rate), of, level);
    let step = steps.next();
    while (!step.done) step = steps.next();
    vigil = step.value;
    if (parting(vigil)) {
      if (day > 0) return day;
      vigil = newVigil;
    }
  }
  return null;
}

function shareOf(found) {
  return found.filter((day) => day !== null).length / found.length;
}

function quantile(found, part) {
  const sorted = found.map((day) => day ?? Infinity).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

const times = (count, work) => Array.from({ length: count }, work);
const percent = (share) => `${(100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
const dayText = (day) => (day === Infinity ? 'not in a year' : `${day}`);
const lines = [];
const say = (line) => {
  lines.push(line);
  process.stdout.write(`${line}\n`);
};

say(`Seed ${seed}, comparisons × ${parts.comparisons}, watches × ${parts.watches}.`);
say('');
say(
  'Unchanged scores, looked at every day for a year: how many ever got a verdict. Watches: false alarms in ten years.',
);
say('');
say(
  '| score | answers a day | comparison | last 30 days against the 30 before, for one look | false alarms of watches |',
);
say('|---|---|---|---|---|');
const curves = {};
for (const score of scores)
  for (const rate of rates) {
    const random = seeded(seed + rate);
    const compared = times(runs(score.runs), () => comparisonFinds(random, score, score.cells, rate, year));
    const slid = times(runs(1_000), () => slidingFinds(random, score, score.cells, rate, year));
    if (score.name === 'share' && rate === 20) Object.assign(curves, { compared, slid });
    const watched = times(runs(100, 'watches'), () => watchFinds(random, score, score.cells, rate, 10 * year, 0));
    const alarms = watched.filter((day) => day !== null).length;
    say(
      `| ${score.name} | ${rate} | ${percent(shareOf(compared))} of ${compared.length} | ${percent(shareOf(slid))} of ${slid.length} | ${alarms} in ${10 * watched.length} years |`,
    );
  }
say('');
say('True falls: the day after which half of them, and 95 %, are found.');
say('');
say('| score | answers a day | fall | comparison | watch | last 30 days against the 30 before, for one look |');
say('|---|---|---|---|---|---|');
for (const score of scores)
  for (const rate of rates)
    for (const points of changes) {
      const random = seeded(seed + rate + 1_000 * points);
      const after = score.fallen(points);
      const cell = (finds, usual, part) => {
        const found = times(runs(usual, part), () => finds(random, score, after, rate, year));
        return `${dayText(quantile(found, 0.5))} (${dayText(quantile(found, 0.95))})`;
      };
      say(
        `| ${score.name} | ${rate} | ${points} | ${cell(comparisonFinds, 200)} | ${cell(watchFinds, 100, 'watches')} | ${cell(slidingFinds, 200)} |`,
      );
    }

if (process.env.PICTURE) writeFileSync(process.env.PICTURE, picture(curves, year));
