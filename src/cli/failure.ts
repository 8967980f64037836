import { databaseProblem, DatabaseRefused, DatabaseUnreachable } from '#libs/persistence';
import { Problem } from '#libs/problem-details';
import { InvalidConfig } from '../server/config.js';

/** Exit codes: 1 for a refusal or failure, that of sysexits.h for a configuration that must be corrected. */
const exitCodes = { failed: 1, config: 78 };

/** Says why a command failed. @returns the exit code */
export function explain(error: unknown): number {
  const { message, cause } = error as Error;
  const mendable = error instanceof InvalidConfig || error instanceof DatabaseRefused;
  const isSaid = mendable || error instanceof Problem || error instanceof DatabaseUnreachable;
  const why = error instanceof Problem && cause instanceof Error ? `: ${cause.message}` : '';
  const where = !isSaid && databaseProblem(error) ? 'The database cannot be reached: ' : '';
  process.stderr.write(`${where}${message}${why}\n`);
  return mendable ? exitCodes.config : exitCodes.failed;
}
