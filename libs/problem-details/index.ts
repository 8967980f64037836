export { resetBrokenOff } from './broken-off.js';
export * from './common.problems.js';
export { type CataloguedProblem, Problem, type ProblemOptions } from './problem.js';
export { Fault } from './problem.dto.js';
export { ProblemFilter } from './problem.filter.js';
export { ProblemModule } from './problem.module.js';
export { doorFor, type ProblemDoor, problemJson, type ProblemRenderer } from './renderer.js';
export { Refuses, takeRefusals } from './refuses.decorator.js';
export { refuseUnrouted } from './routing.js';
