/*
 * Lets concurrent callers share a commit, because a transaction for each would cost most of its time in waiting for the
 * disk. Each caller hands in an item and gets the outcome of its own item; what a batch is and how it is written is the
 * caller's. The queue is bounded in items and bytes, of which each holder has a part, and items with the same key are never in flight together.
 */
export { GroupCommit, type GroupCommitLimits, type Item, Overloaded, type Settled, TooLate } from './group-commit.js';
