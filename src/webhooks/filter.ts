import { canonicalLanguage } from '#libs/text';
import { isBlank } from '../feedback/comment.js';
import type { Source } from '../feedback/feedback-entry.entity.js';
import type { Scale } from '../feedback/scale.js';
import type { Entry } from '../feedback/submission.js';

/** Which entries an endpoint wants to hear of: those that fit every member that is there. */
export interface EntryFilter {
  source?: Source;
  instrument?: string;
  scale?: Scale;
  scoreMin?: number;
  scoreMax?: number;
  resolved?: boolean;
  hasComment?: boolean;
  channel?: string;
  /** In any spelling. */
  language?: string;
  bot?: string;
  version?: string;
}

/** What of an entry a filter looks at. */
export type Filtered = Pick<
  Entry,
  'source' | 'instrument' | 'scale' | 'score' | 'resolved' | 'channel' | 'languageTag' | 'bot' | 'version'
> & { hasComment: boolean };

const compared = ['source', 'instrument', 'scale', 'resolved', 'hasComment', 'channel', 'bot', 'version'] as const;

/** Whether an entry fits. Without a score it fits no bound of scores. */
export function fits(filter: EntryFilter | null, entry: Filtered): boolean {
  if (!filter) return true;
  const { scoreMin = -Infinity, scoreMax = Infinity, language } = filter;
  const isScored = filter.scoreMin !== undefined || filter.scoreMax !== undefined;
  if (isScored && (entry.score === null || entry.score < scoreMin || entry.score > scoreMax)) return false;
  if (language !== undefined && canonicalLanguage(language) !== entry.languageTag) return false;
  return compared.every((member) => filter[member] === undefined || filter[member] === entry[member]);
}

export function filteredOf(entry: Entry): Filtered {
  return { ...entry, hasComment: entry.comment !== null && !isBlank(entry.comment) };
}
