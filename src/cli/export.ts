import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { memberNamesOf } from '#libs/validation';
import type { Command } from 'commander';
import { checked, type Terminal } from './terminal.js';
import { type InWorkspace, operatorOf, workspaceOption } from './workspaces.js';
import { ExportQuery, FeedbackFilters } from '../entries/entries.dto.js';
import { EntriesService } from '../entries/entries.service.js';

type Wanted = InWorkspace & { output?: string } & Record<string, string | string[]>;

/** `export`: what GET /v1/feedback/export answers, with the same filters. */
export function addExport(command: Command, terminal: Terminal): void {
  command
    .option(...workspaceOption)
    .option('-f, --format <format>', 'csv or ndjson', 'csv')
    .option('-o, --output <file>', 'the file to write (default: standard output)')
    .action(async ({ workspace, output, ...query }: Wanted) => {
      const wanted = checked(ExportQuery, query);
      await terminal.with(async (application) => {
        const reading = application.get(EntriesService);
        // The reader of a pipe may pause for any time.
        reading.clientTimeout = 2 ** 31 - 1;
        const file = await reading.export(await operatorOf(application, workspace), wanted);
        if (output === undefined) return pipeline(file, process.stdout).catch(unlessGone);
        // The file gets its name when it is complete.
        await pipeline(file, createWriteStream(`${output}.part`));
        return rename(`${output}.part`, output);
      });
      if (output !== undefined) terminal.say({ output }, `Wrote ${output}`);
    });
  for (const name of memberNamesOf(FeedbackFilters)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    command.option(`--${flag} <${name}>`, 'only what fits it, as in GET /v1/feedback; may be repeated', collected);
  }
}

/** A reader that closes the pipe early, such as `head`, is no failure. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** An option given once is a text, given several times an array, as in a query. */
function collected(text: string, before: string | string[] | undefined): string | string[] {
  return before === undefined ? text : [before, text].flat();
}
