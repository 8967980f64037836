import { canonicalLanguage } from '#libs/text';
import { countedAt } from '../counting/counted-at.js';
import { wordsOf } from './comment.js';
import { type Entry, type NewEntry, recordingSecond } from './submission.js';

/** An entry with what it is found by: the tag of its language, and its words. */
export type TaggedEntry = NewEntry & Pick<Entry, 'languageTag' | 'words'>;

export function withTag(entry: NewEntry): TaggedEntry {
  const languageTag = entry.language ? canonicalLanguage(entry.language) : null;
  return { ...entry, languageTag, words: wordsOf(entry) };
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

/** The entry with the second of `now` in its external id, where that has a place for it. */
export function withSecond<T extends Pick<NewEntry, 'externalId'>>(entry: T, now: Date): T {
  if (!entry.externalId?.includes(recordingSecond)) return entry;
  const second = Math.floor(now.getTime() / 1_000).toString(16);
  return { ...entry, externalId: entry.externalId.replace(recordingSecond, second.padStart(8, '0')) };
}

const unreviewed = { state: 'new', note: null, reviewedBy: null, reviewedAt: null } as const;

/** The entry as it is stored when it is recorded at `now`. */
export function recordedNow(entry: TaggedEntry, now: Date): Entry {
  return { ...entry, ...timesOf(entry, now), recordedAt: now, updatedAt: now, ...unreviewed };
}
