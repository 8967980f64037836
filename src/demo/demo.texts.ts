import texts from './demo.texts.json' with { type: 'json' };

/** Everything that people read in the demonstration. `sentences` are by language, then by what is said with them. */
export { texts };

/** The ids of what the feedback of a workspace is about. */
export interface Cast {
  workspaceId: string;
  /** As many as `texts.bots`. */
  bots: string[];
  /** As many as {@link questions}. */
  questions: string[];
}

export const topics = texts.topics.map((label) => ({ label, value: label.toLowerCase() }));
export const stars = [1, 2, 3, 4, 5].map((value) => ({ label: String(value), value }));

export const questions = [
  { question: texts.questions.ease, type: 'rating', config: { rating_type: 'star', values: stars } },
  { question: texts.questions.topic, type: 'multiple_checkbox', config: { values: topics } },
  { question: texts.questions.wish, type: 'text', config: { limit: 500, multiline: true } },
] as const;
