import type { FeedbackEntry } from './feedback-entry.entity.js';
import { nullableMembers, type reviewMembers } from './entry.members.js';

/** An entry's data, without the entity around it. */
export type Entry = Omit<{ [Member in keyof FeedbackEntry]: FeedbackEntry[Member] }, symbol>;

/** An entry as a door hands it over: complete but for what the store decides. */
export type NewEntry = Omit<
  Entry,
  'languageTag' | 'words' | 'occurredAt' | 'countedAt' | 'recordedAt' | 'updatedAt' | (typeof reviewMembers)[number]
> & {
  /** null: when it is recorded; on an update: as it was. */
  occurredAt: Date | null;
  /** null: as `occurredAt` has it, within `backdating`. */
  countedAt: Date | null;
  /** It was said elsewhere before and is brought along: nobody is told of it. */
  isOld?: boolean;
  /** Milliseconds by which the caller may date it back; null, where no time is taken: none. */
  backdating: number | null;
};

/** Stands in an external id that the server makes for the second of its recording, in eight hex digits. */
export const recordingSecond = '{second}';

/** What a door asks the core to store. */
export interface Submission {
  entry: NewEntry;
  /** The caller chose the external id: an entry that already has it is updated instead. */
  mayExist?: boolean;
  /** Accepted only from a known person in an active conversation, and only once while the window is open; never with `mayExist`. */
  window?: WindowRule;
}

/** The window is that of the entry's respondent and its channel, which is the business. */
export interface WindowRule {
  /** How long a window is open, in milliseconds. */
  length: number;
  /** How long after its last message a conversation is active, in milliseconds. */
  conversationTtl: number;
}

/** The entry is stored. `unchanged`: it was there already with the same content. */
export interface StoredOutcome {
  kind: 'recorded' | 'updated' | 'unchanged';
  entry: Entry;
  /** The end of the window that the entry opened. */
  closesAt?: Date;
}

/** What became of a submission. */
export type Outcome =
  StoredOutcome | { kind: 'duplicate'; closesAt: Date } | { kind: 'unknown person' } | { kind: 'no conversation' };

/** A null for every member that may be null. A door then names only the members that it knows. */
export const blankEntry = Object.fromEntries(
  [...nullableMembers, 'occurredAt', 'countedAt', 'backdating'].map((member) => [member, null]),
) as {
  [Member in keyof NewEntry as null extends NewEntry[Member] ? Member : never]: null;
};
