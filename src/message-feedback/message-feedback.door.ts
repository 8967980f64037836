import { problemJson } from '#libs/problem-details';
import type { Door } from '../openapi/door.js';

/** The vendor's errors are RFC 9457 problems. The native API took its shape from here, so this door needs none of its own. */
export const messageFeedbackDoor: Door = {
  ...problemJson,
  vendor: 'Inkeep',
  prefixes: ['/feedback'],
  chapter: 'Message feedback',
  openToPages: true,
  problems: [],
};
