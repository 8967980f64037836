import { catalogued, Problem } from '#libs/problem-details';
import texts from './watches.problems.json' with { type: 'json' };

/** How many watches a workspace may have. */
export const mostWatches = 200;

/** The workspace has all the watches that it may have. */
export class TooManyWatches extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'too-many-watches';
  static override readonly title = 'There are too many watches';
  static override readonly code = 'too_many_watches';

  constructor() {
    super(`the workspace has ${mostWatches} watches already`);
  }
}

/** Only a watch that is raised can be settled. */
export class WatchNotRaised extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'watch-not-raised';
  static override readonly title = 'The watch is not raised';
  static override readonly code = 'watch_not_raised';

  constructor() {
    super('the watch is not raised, so that there is nothing to settle');
  }
}

export const watchesProblems = catalogued(texts, [new TooManyWatches(), new WatchNotRaised()]);
