import { Module } from '@nestjs/common';
import { ScoreCounts } from './counts.js';
import { ScoreFolder } from './folder.js';
import { ScoreJournal } from './journal.js';
import { ScoreRebuilder } from './rebuilder.js';
import { ScoreReader } from './reader.js';
import { ScoreSeries } from './series.js';

/**
 * The score counts say how many answers of each kind there were in every quarter of an hour. Analytics reads them and
 * never the entries, so a score over a year costs the same with ten million entries as with ten thousand. Five tables
 * belong to this room, and only its SQL names them: `score_name`, `score_series`, `score_change`, `score_count` and
 * `score_recount`.
 *
 * Series (`score_series`, change.ts, series.ts). An answer is counted in a leaf: the series of its source, instrument, scale
 * and three dimensions (channel, language, bot). A leaf knows its roll-ups: `total`, in which no dimension is told apart,
 * and one for each dimension, in which that one is told apart alone. Whoever asks about one dimension at most reads a
 * roll-up; whoever asks about several reads the leaves. The version is no part of the leaves, since there may be thousands:
 * an answer is counted in a second series, in which the version alone is told apart, and there is no count of it together
 * with another dimension. A `choice` has further series of both kinds, for each option, which count its ticks.
 *
 * Names (`score_name`, names.ts). Callers choose the names, so only a limited number of each kind is counted apart. All
 * others together are the rest, which has a mark in place of a name. A name never loses its place, and what is in the rest
 * never gets one later: an entry that is removed is therefore taken off the series to which it was added. Whoever asks for
 * a name that is in the rest is refused, because there is no number of it alone.
 *
 * Journal (`score_change`, journal.ts). The transaction that changes entries appends how many answers of which series come
 * or go, and touches no other row. Many writers change the same counts; updating them here would make the writers wait
 * for one another.
 *
 * Counts (`score_count`, counts.sql.ts). A row counts the answers of one series in one stretch of time: how many, how
 * many of each score, how many resolved or not. There are rows of three widths, 15 minutes, an hour and a day; leaves have
 * no hours. pieces.ts cuts a period into the widest rows that fit.
 *
 * Folding (folder.ts). Every process takes journals in turn and moves their rows into the counts of each series, its roll-ups
 * and all widths. A lock lets one at a time do so in a workspace. The rows leave the journal in the transaction that adds
 * them to the counts.
 *
 * Reading (reader.ts, tally.ts). A reader adds the journal to the counts in one statement, which sees one moment. A change
 * is committed together with its entry and is at any moment in the journal or in the counts, never in both or neither.
 * That is why a reader is exact at any moment, whatever has been folded.
 *
 * Verifying and rebuilding (recount.ts, counts.ts). A recount reads the entries themselves and compares, or replaces, what
 * was counted. Where a release counts differently from the one before, its migration lists the workspaces in
 * `score_recount`, and rebuilder.ts rebuilds their counts after the start.
 */
@Module({
  providers: [ScoreCounts, ScoreFolder, ScoreJournal, ScoreReader, ScoreRebuilder, ScoreSeries],
  exports: [ScoreCounts, ScoreFolder, ScoreJournal, ScoreReader, ScoreRebuilder],
})
export class CountingModule {}
