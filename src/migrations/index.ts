import { Migration0001Feedback } from './0001-feedback.js';

/** Oldest first. A migration that has been released is never edited. */
export const migrations = [Migration0001Feedback];
