export { GroupCommit, type GroupCommitLimits, type Item, Overloaded, type Settled, TooLate } from './group-commit.js';
