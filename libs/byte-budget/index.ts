/*
 * Bounds the bytes that are in memory for others: bodies that arrive, and answers that are not taken yet. Each has a budget
 * that all connections share. An address may hold three times what it leaves to others, so that the first that comes
 * cannot take all of it, and nothing is lost to shares that nobody uses ("dynamic thresholds", Choudhury and Hahne, 1998).
 */
export { boundAnswers } from './answers.js';
export { ByteBudget, type Share } from './byte-budget.js';
