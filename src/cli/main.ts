import { databaseProblem, DatabaseRefused, DatabaseUnreachable } from '#libs/persistence';
import { Problem } from '#libs/problem-details';
import { Command, CommanderError } from 'commander';
import { addAnalytics } from './analytics.js';
import { addDemo } from './demo.js';
import { addKeys } from './keys.js';
import { type Terminal, withApplication } from './terminal.js';
import { addWorkspaces } from './workspaces.js';
import { InvalidConfig } from '../server/config.js';

/** Exit codes: those of sysexits.h for usage and configuration, 1 for what was refused or failed. */
const exitCodes = { failed: 1, usage: 64, config: 78 };

const program = new Command('npm run cli --')
  .description('Administers this instance of Afterword, beside the running server or without it.')
  .option('--json', 'answer in JSON')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride();

const terminal: Terminal = {
  with: withApplication,
  say: (value, text) => process.stdout.write(`${program.opts().json ? JSON.stringify(value, null, 2) : text}\n`),
};

addAnalytics(program, terminal);
addDemo(program, terminal);
addKeys(program, terminal);
addWorkspaces(program, terminal);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeFor(error);
}

function exitCodeFor(error: unknown): number {
  // Commander has said what was wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const { message, cause } = error as Error;
  const refused = error instanceof InvalidConfig || error instanceof DatabaseRefused;
  const isSaid = refused || error instanceof Problem || error instanceof DatabaseUnreachable;
  const why = error instanceof Problem && cause instanceof Error ? `: ${cause.message}` : '';
  process.stderr.write(
    `${!isSaid && databaseProblem(error) ? 'The database cannot be reached: ' : ''}${message}${why}\n`,
  );
  return refused ? exitCodes.config : exitCodes.failed;
}
