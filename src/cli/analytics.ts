import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import type { Terminal } from './terminal.js';
import { everyWorkspace, workspaceNamed } from './workspaces.js';
import { type CountDifference, ScoreCounts } from '../counting/counts.js';

interface Options {
  workspace?: string;
}

const workspace = ['-w, --workspace <workspace>', 'slug or id of the workspace (default: all)'] as const;

/** `analytics verify|rebuild`. */
export function addAnalytics(analytics: Command, terminal: Terminal): void {
  analytics
    .command('verify')
    .description('count the entries again and report every difference; exits with 1 if there is one')
    .option(...workspace)
    .action(async ({ workspace: named }: Options) => {
      const found = await forEach(terminal, named, (counts, id) => counts.verify(id));
      const differences = found.reduce((total, one) => total + one.differences, 0);
      const lines = found.flatMap(({ workspace: id, examples }) => examples.map((one) => `${id}: ${described(one)}`));
      terminal.say(found, [`${differences} differences in ${found.length} workspaces`, ...lines].join('\n'));
      if (differences > 0)
        throw new Error('The counts are not what the entries say. `analytics rebuild` repairs them.');
    });

  analytics
    .command('rebuild')
    .description('count anew from the entries; the server may go on meanwhile')
    .option(...workspace)
    .action(async ({ workspace: named }: Options) => {
      const rebuilt = await forEach(terminal, named, (counts, id) => counts.rebuild(id).then(() => ({})));
      terminal.say(rebuilt, `Counted anew in ${rebuilt.length} workspaces`);
    });
}

function forEach<T>(
  terminal: Terminal,
  named: string | undefined,
  work: (counts: ScoreCounts, workspaceId: string) => Promise<T>,
): Promise<(T & { workspace: string })[]> {
  return terminal.with(async (application) => {
    const results: (T & { workspace: string })[] = [];
    for (const id of await workspacesNamed(application, named)) {
      results.push({ workspace: id, ...(await work(application.get(ScoreCounts), id)) });
    }
    return results;
  });
}

async function workspacesNamed(application: INestApplicationContext, named: string | undefined): Promise<string[]> {
  if (named !== undefined) return [(await workspaceNamed(application, named)).id];
  return (await everyWorkspace(application)).map(({ id }) => id);
}

function described({ series, minutes, at, difference }: CountDifference): string {
  return `${at.toISOString()} +${minutes} min ${JSON.stringify(series)} ${JSON.stringify(difference)}`;
}
