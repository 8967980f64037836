export { resetBrokenOff } from './broken-off.js';
export * from './common.problems.js';
export { type Fault, Problem, type ProblemOptions } from './problem.js';
export { ProblemFilter } from './problem.filter.js';
export { ProblemModule } from './problem.module.js';
export { type ProblemDoor, type ProblemRenderer, rendererFor, renderProblemJson } from './renderer.js';
export { Refuses, takeRefusals } from './refuses.decorator.js';
export { refuseUnrouted } from './routing.js';
