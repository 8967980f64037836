import { isJsonNumber } from '#libs/json-body';
import { type Fault, InvalidInput } from '#libs/problem-details';
import { isBlank } from '../feedback/comment.js';
import { ratingOf } from '../feedback/rating.js';
import type { NewEntry } from '../feedback/submission.js';
import type { QuestionOption } from './question.config.dto.js';
import type { Question } from './question.entity.js';

/** What an answer's value makes of an entry. */
type Said = Pick<NewEntry, 'scale' | 'score' | 'options' | 'choices' | 'comment'>;

/**
 * Reads the value of an answer as the question wants it.
 * @param comment what the respondent said besides; a text question has no place for it
 * @throws InvalidInput in the question's own words (`error_message`) where the value is no answer to it
 */
export function readAnswer(question: Question, value: unknown, comment: string | null): Said {
  if (isEmpty(value) || (question.type === 'text' && typeof value === 'string' && isBlank(value)))
    throw question.config.required ? refused(question, 'an answer is required') : nothingToStore();
  if (question.type === 'text') return readText(question, value, comment);
  const choices = question.options().map(({ label, value: own }) => ({ label, value: own }));
  if (question.type === 'rating') {
    const offered = choices.map((choice) => choice.value);
    return { ...ratingOf(offered, readOne(question, value)), choices, comment };
  }
  const chosen = question.type === 'multiple_checkbox' ? readSet(question, value) : [readOne(question, value)];
  return { scale: 'choice', score: null, options: chosen, choices, comment };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function readText(question: Question, value: unknown, comment: string | null): Said {
  if (typeof value !== 'string') throw refused(question, 'value must be a string');
  const { limit } = question.config;
  // Code points: to the respondent an emoji is one character.
  if (limit && Array.from(value).length > limit)
    throw refused(question, `value must be at most ${limit} characters long`);
  if (comment)
    throw new InvalidInput([{ pointer: '/comment', detail: 'comment must be absent: the value is the text' }]);
  return { scale: 'text', score: null, options: null, choices: null, comment: value };
}

function readSet(question: Question, value: unknown): QuestionOption['value'][] {
  if (!Array.isArray(value)) throw refused(question, 'value must be an array of what was chosen');
  const chosen = value.map((one) => readOne(question, one));
  if (new Set(chosen).size < chosen.length) throw refused(question, 'value must not hold an option twice');
  return chosen;
}

/** The option's value as the question has it: 5 and "5" choose the same. */
function readOne(question: Question, value: unknown): QuestionOption['value'] {
  const isScalar = typeof value === 'string' || isJsonNumber(value);
  const option = isScalar ? question.options().find((one) => String(one.value) === String(value)) : undefined;
  if (!option) throw refused(question, 'value must be one of the values of the question');
  return option.value;
}

function refused({ config }: Question, otherwise: string): InvalidInput {
  return new InvalidInput([faultOfValue(config.error_message || otherwise)]);
}

function nothingToStore(): InvalidInput {
  return new InvalidInput([faultOfValue('nothing to store')]);
}

function faultOfValue(detail: string): Fault {
  return { pointer: '/value', detail };
}
