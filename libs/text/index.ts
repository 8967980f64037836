/*
 * What two texts have to share to be the same to people: as searching sees them, as language tags in any spelling, and as
 * names in which nothing is invisible. And how many characters a text has.
 */
export { charactersIn } from './characters.js';
export { fold, foldVersion } from './fold.js';
export { canonicalLanguage, languageTag } from './language.js';
export { visibleInWords, visibleName } from './visible.js';
