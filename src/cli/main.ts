import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command, CommanderError } from 'commander';
import type { Terminal } from './terminal.js';

/** Exit code of sysexits.h for what was typed wrongly. Commander has said what. */
const wrongUsage = 64;

/** Adds the commands of a group, or describes the group where it is itself a command. */
type Commands = (group: Command, terminal: Terminal) => void;

/** Each group is loaded only when one of its commands runs, because it loads the whole application. */
const groups: Record<string, { description: string; load: () => Promise<Commands> }> = {
  analytics: {
    description: 'the counts behind the numbers',
    load: async () => (await import('./analytics.js')).addAnalytics,
  },
  demo: {
    description: 'half a year of made-up feedback, to have something to look at',
    load: async () => (await import('./demo.js')).addDemo,
  },
  export: {
    description: 'write the feedback of a workspace into a file',
    load: async () => (await import('./export.js')).addExport,
  },
  import: {
    description: 'bring the rows of a file into a workspace',
    load: async () => (await import('./import.js')).addImport,
  },
  keys: {
    description: 'API keys and clients: what opens a workspace',
    load: async () => (await import('./keys.js')).addKeys,
  },
  webhooks: {
    description: 'who is told when something happens, and how that went',
    load: async () => (await import('./webhooks.js')).addWebhooks,
  },
  workspaces: {
    description: 'the tenants of this instance',
    load: async () => (await import('./workspaces.js')).addWorkspaces,
  },
};

const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url)!, 'utf8')) as { version: string };

const program = new Command('npm run -s cli --')
  .description('Administers this instance of Afterword, beside the running server or without it.')
  .option('--json', 'answer in JSON')
  .helpCommand(false)
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride();

// After a command, `--version` is an option of that command: `export` has a filter of that name.
if (!process.argv[2] || process.argv[2].startsWith('-')) program.version(version);

const terminal: Terminal = {
  with: async (work) => (await import('./terminal.js')).withApplication(work),
  say: (value, text) => process.stdout.write(`${program.opts().json ? JSON.stringify(value, null, 2) : text}\n`),
};

for (const [name, { description }] of Object.entries(groups)) program.command(name).description(description);

program.hook('preSubcommand', async (_program, group) => {
  const addCommands = await groups[group.name()]!.load();
  addCommands(group, terminal);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode =
    error instanceof CommanderError ? error.exitCode && wrongUsage : (await import('./failure.js')).explain(error);
}
