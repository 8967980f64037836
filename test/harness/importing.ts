import { Command } from 'commander';
import { addImport, type Brought } from '../../src/cli/import.js';
import type { TestApp } from './app.js';

/** The command `import` in the process of the test. @returns what it says, and how it fails */
export async function importFile(app: TestApp, ...args: string[]): Promise<Partial<Brought> & { error?: string }> {
  let said: Partial<Brought> = {};
  const command = new Command('import').exitOverride().configureOutput({ writeErr: () => undefined });
  addImport(command, {
    with: (work) => work(app.nest),
    say: (value) => void (said = value as Brought),
  });
  try {
    await command.parseAsync(args, { from: 'user' });
    return said;
  } catch (error) {
    return { ...said, error: (error as Error).message };
  }
}
