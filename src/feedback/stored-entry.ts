import { canonicalLanguage } from '#libs/validation';
import { countedAt } from '../counting/counted-at.js';
import type { Entry, NewEntry } from './submission.js';

/** An entry with the tag of its language. */
export type TaggedEntry = NewEntry & Pick<Entry, 'languageTag'>;

export function withTag(entry: NewEntry): TaggedEntry {
  return { ...entry, languageTag: entry.language ? canonicalLanguage(entry.language) : null };
}

/** When the thing was said and when the entry counts. An update that names no time keeps that of `before`. */
export function timesOf(
  entry: Pick<NewEntry, 'occurredAt' | 'countedAt' | 'backdating'>,
  now: Date,
  before?: Entry,
): Pick<Entry, 'occurredAt' | 'countedAt'> {
  const said = entry.countedAt ?? entry.occurredAt;
  return {
    occurredAt: entry.occurredAt ?? before?.occurredAt ?? now,
    countedAt: said ? countedAt(said, before?.recordedAt ?? now, entry.backdating ?? 0) : (before?.countedAt ?? now),
  };
}

/** The entry as it is stored when it is recorded at `now`. */
export function recordedNow(entry: TaggedEntry, now: Date): Entry {
  return { ...entry, ...timesOf(entry, now), recordedAt: now, updatedAt: now };
}
