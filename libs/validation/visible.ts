import { visibleInWords, visibleName } from '#libs/text';
import { Must } from './rules.js';

/** A {@link visibleName}. */
export function Visible(max: number): PropertyDecorator {
  return Must(
    `be a string of ${visibleInWords(max)}`,
    (value) => typeof value === 'string' && visibleName(value, max) !== null,
    { minLength: 1, maxLength: max },
  );
}
