import { canonicalLanguage } from '#libs/validation';
import { countedAt } from '../counting/counted-at.js';
import type { Entry, NewEntry } from './submission.js';

/** An entry with the tag of its language. */
export type TaggedEntry = NewEntry & Pick<Entry, 'languageTag'>;

export function withTag(entry: NewEntry): TaggedEntry {
  return { ...entry, languageTag: entry.language ? canonicalLanguage(entry.language) : null };
}

/** When an entry is said to have happened, and when it counts. What `before` said stays where nothing else is said. */
export function timesOf(
  entry: Pick<NewEntry, 'occurredAt' | 'countedAt'>,
  now: Date,
  before?: Entry,
): Pick<Entry, 'occurredAt' | 'countedAt'> {
  const said = entry.countedAt ?? entry.occurredAt;
  return {
    occurredAt: entry.occurredAt ?? before?.occurredAt ?? now,
    countedAt: said ? countedAt(said, before?.recordedAt ?? now) : (before?.countedAt ?? now),
  };
}

/** What becomes of an entry that is recorded now. */
export function recordedNow(entry: TaggedEntry, now: Date): Entry {
  return { ...entry, ...timesOf(entry, now), recordedAt: now, updatedAt: now };
}
