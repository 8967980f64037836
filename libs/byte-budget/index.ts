/*
 * Bounds the bytes that are in memory for others: bodies that arrive, and answers that are not taken yet. Each has a budget
 * that all share: connections by their address and, once it is known who asks, by tenant and address.
 */
export { boundAnswers } from './answers.js';
export { ByteBudget, type Share } from './byte-budget.js';
