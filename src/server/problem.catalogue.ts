import type { CataloguedProblem } from '#libs/problem-details';
import { analyticsProblems } from '../analytics/analytics.problems.js';
import { idempotencyProblems } from '../idempotency/idempotency.problems.js';
import type { Door } from '../openapi/door.js';
import { commonProblems } from '../problems/common.catalogue.js';
import { watchesProblems } from '../watches/watches.problems.js';
import { webhooksProblems } from '../webhooks/webhooks.problems.js';
import { workspacesProblems } from '../workspaces/workspaces.problems.js';

/** Every kind of problem, by status. test/problems/problems.e2e-spec.ts sees that none is missing. */
export function problemCatalogue(doors: Door[]): CataloguedProblem[] {
  const ofDoors = doors.flatMap(({ problems }) => problems);
  return [
    ...commonProblems,
    ...analyticsProblems,
    ...idempotencyProblems,
    ...ofDoors,
    ...watchesProblems,
    ...webhooksProblems,
    ...workspacesProblems,
  ].toSorted(({ example: a }, { example: b }) => a.kind.status - b.kind.status);
}
