import { problemJson } from '#libs/problem-details';
import type { Door } from '../openapi/door.js';

/** The vendor's errors are problems as they are: the shape of the native API is taken from here. */
export const messageFeedbackDoor: Door = {
  ...problemJson,
  vendor: 'Inkeep',
  prefixes: ['/feedback'],
  chapter: 'Message feedback',
  problems: [],
};
