import { type Command, InvalidArgumentError } from 'commander';
import type { INestApplicationContext } from '@nestjs/common';
import { checked, type Terminal } from './terminal.js';
import { type InWorkspace, listed, workspaceNamed } from './workspaces.js';
import type { Telling } from '../demo/demo.loader.js';
import { DemoService } from '../demo/demo.service.js';
import { storyDays } from '../demo/demo.story.js';
import type { Workspace } from '../workspaces/workspace.entity.js';
import { CreateWorkspace } from '../workspaces/workspaces.dto.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';

const workspaceOption = ['-w, --workspace <workspace>', 'slug or id of the workspace', 'demo'] as const;

/** `demo load|clear`. */
export function addDemo(demo: Command, terminal: Terminal): void {
  demo
    .command('load')
    .description('fill a workspace with it that is new or has not been used')
    .option(...workspaceOption)
    .option('--seed <number>', 'of the random numbers: the same seed, the same feedback', wholeNumber, 1)
    .option('--days <number>', `load only the last of its ${storyDays} days`, someDays, storyDays)
    .action(async ({ workspace: named, ...telling }: InWorkspace & Telling) => {
      const begun = performance.now();
      const size = await terminal.with(async (application) =>
        application.get(DemoService).load(await madeOrFound(application, named), telling, showProgress),
      );
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      terminal.say(size, `Loaded ${listed(size)} into the workspace ${named} in ${seconds} s`);
    });

  demo
    .command('clear')
    .description('delete the workspace that it was loaded into, with everything in it')
    .option(...workspaceOption)
    .action(async ({ workspace: named }: InWorkspace) => {
      const held = await terminal.with(async (application) =>
        application.get(DemoService).clear(await workspaceNamed(application, named)),
      );
      terminal.say(held, `Deleted the workspace ${named}: ${listed(held)}`);
    });
}

async function madeOrFound(application: INestApplicationContext, named: string): Promise<Workspace> {
  const workspaces = application.get(WorkspacesService);
  const found = await workspaces.named(named);
  if (found) return found;
  await workspaces.create(checked(CreateWorkspace, { slug: named, name: 'Demonstration' }));
  return workspaceNamed(application, named);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('it must be a whole number of at most 9 digits.');
  return Number(text);
}

function someDays(text: string): number {
  const days = wholeNumber(text);
  if (days < 1 || days > storyDays) throw new InvalidArgumentError(`it must be from 1 to ${storyDays}.`);
  return days;
}

/** For people: on a terminal one line that changes, else a line for every tenth. */
function showProgress(done: number, of: number): void {
  const { isTTY } = process.stderr;
  const step = Math.ceil(of / 10_000) * 1_000;
  if (isTTY) process.stderr.write(`\r${done} of ${of} entries${done === of ? '\n' : ''}`);
  else if (done % step === 0 || done === of) process.stderr.write(`${done} of ${of} entries\n`);
}
