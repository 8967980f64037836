/*
 * Failures that a caller may see. A failure is a class with its status, slug and title (`Problem`), thrown where it is
 * found. One filter answers all of them, also those before routing. A door is a part of the paths whose clients expect
 * errors in a shape of their own: the product lists its doors with a renderer each, and everything else is answered as
 * RFC 9457 says.
 */
export { resetBrokenOff } from './broken-off.js';
export * from './common.problems.js';
export { catalogued, type CataloguedProblem, Problem, type ProblemOptions } from './problem.js';
export { Fault } from './problem.dto.js';
export { refuseUnclear } from './framing.js';
export { ProblemFilter } from './problem.filter.js';
export { ProblemModule } from './problem.module.js';
export {
  doorFor,
  type FailedRequest,
  failedRequest,
  type ProblemDoor,
  problemJson,
  type ProblemRenderer,
} from './renderer.js';
export { Refuses, takeRefusals } from './refuses.decorator.js';
export { maxHeadBytes, refuseUnrouted } from './routing.js';
