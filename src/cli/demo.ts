import { type Command, InvalidArgumentError } from 'commander';
import { type Terminal } from './terminal.js';
import { type InWorkspace, workspaceNamed, workspaceOption } from './workspaces.js';
import { type DemoSize, DemoService } from '../demo/demo.service.js';
import { storyDays } from '../demo/demo.story.js';

/** `demo load|clear`. */
export function addDemo(demo: Command, terminal: Terminal): void {
  demo
    .command('load')
    .description('fill a workspace with it, besides what is there')
    .option(...workspaceOption)
    .option('--seed <number>', 'of the random numbers: the same seed, the same feedback', wholeNumber, 1)
    .option('--days <number>', `load only the last of its ${storyDays} days`, someDays, storyDays)
    .action(async ({ workspace: named, ...story }: InWorkspace & { seed: number; days: number }) => {
      const begun = performance.now();
      const size = await inWorkspace(terminal, named, (service, id) => service.load(id, story, showProgress));
      const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
      terminal.say(size, `Loaded ${listed(size)} in ${seconds} s`);
    });

  demo
    .command('clear')
    .description('remove exactly what was loaded')
    .option(...workspaceOption)
    .action(async ({ workspace: named }: InWorkspace) => {
      const size = await inWorkspace(terminal, named, (service, id) => service.clear(id));
      terminal.say(size, `Removed ${listed(size)}`);
    });
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

function inWorkspace<T>(
  terminal: Terminal,
  named: string,
  work: (service: DemoService, workspaceId: string) => Promise<T>,
): Promise<T> {
  return terminal.with(async (application) => {
    const id = await workspaceNamed(application, named);
    return work(application.get(DemoService), id);
  });
}

/** For people: on a terminal one line that changes, else a line for every tenth. */
function showProgress(done: number, of: number): void {
  const { isTTY } = process.stderr;
  const step = Math.ceil(of / 10_000) * 1_000;
  if (isTTY) process.stderr.write(`\r${done} of ${of} entries${done === of ? '\n' : ''}`);
  else if (done % step === 0 || done === of) process.stderr.write(`${done} of ${of} entries\n`);
}

function listed(size: DemoSize): string {
  return Object.entries(size)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}
