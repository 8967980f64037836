import type { Principal } from '#libs/access';
import { NotFound } from '#libs/problem-details';
import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { checked, table, type Terminal } from './terminal.js';
import type { Workspace } from '../workspaces/workspace.entity.js';
import { unlimitedIn } from '../workspaces/rights.js';
import { WorkspaceRemover } from '../workspaces/workspace.remover.js';
import { WorkspaceSweeper } from '../workspaces/workspace.sweeper.js';
import {
  CreateWorkspace,
  type WorkspaceContentsDto,
  type WorkspaceDto,
  WorkspacesQuery,
} from '../workspaces/workspaces.dto.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';

/** `workspaces create|list|delete`. */
export function addWorkspaces(workspaces: Command, terminal: Terminal): void {
  workspaces
    .command('create')
    .description('make a workspace')
    .requiredOption('--slug <slug>', 'the name that people type')
    .option('--name <name>', 'the name that people read (default: the slug)')
    .action(async ({ slug, name = slug }: { slug: string; name?: string }) => {
      const wanted = checked(CreateWorkspace, { slug, name });
      const made = await terminal.with((application) => application.get(WorkspacesService).create(wanted));
      terminal.say(made, `Made the workspace ${made.slug}: ${made.id}`);
    });

  workspaces
    .command('list')
    .description('list all workspaces, newest first')
    .action(async () => {
      const data = await terminal.with(everyWorkspace);
      terminal.say(data, table(data, ['id', 'slug', 'name', 'createdAt']));
    });

  workspaces
    .command('delete')
    .description('delete a workspace with everything in it, and wait until nothing is left')
    .argument('<workspace>', 'its slug or id')
    .requiredOption('--slug <slug>', 'its slug, as confirmation')
    .action(async (named: string, { slug }: { slug: string }) => {
      const held = await terminal.with(async (application) =>
        removeWholly(application, (await workspaceNamed(application, named)).id, slug),
      );
      terminal.say(held, `Deleted the workspace ${slug}: ${listed(held)}`);
    });
}

async function removeWholly(
  application: INestApplicationContext,
  id: string,
  slug: string,
): Promise<WorkspaceContentsDto> {
  const held = await application.get(WorkspaceRemover).remove(id, slug);
  await application.get(WorkspaceSweeper).finish(id);
  return held;
}

/** Counts in words: `3 bots, 1 departments`. */
export function listed(size: object): string {
  return Object.entries(size)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}

/** What {@link workspaceOption} adds to the options of a command. */
export interface InWorkspace {
  workspace: string;
}

export const workspaceOption = ['-w, --workspace <workspace>', 'slug or id of the workspace', 'default'] as const;

/**
 * The workspace whose slug or id was typed.
 * @throws NotFound
 */
export async function workspaceNamed(application: INestApplicationContext, named: string): Promise<Workspace> {
  const workspace = await application.get(WorkspacesService).named(named);
  if (!workspace) throw new NotFound(`there is no workspace ${named}`);
  return workspace;
}

/** Whoever can reach the database may do everything in it. */
export async function operatorOf(application: INestApplicationContext, named: string): Promise<Principal> {
  const { id: workspaceId } = await workspaceNamed(application, named);
  return unlimitedIn(workspaceId, 'command line');
}

/** All workspaces, newest first. */
export function everyWorkspace(application: INestApplicationContext): Promise<WorkspaceDto[]> {
  const service = application.get(WorkspacesService);
  return everyPage((cursor) => service.list(Object.assign(new WorkspacesQuery(), { limit: 200, cursor })));
}

/** The rows of all pages of a list. */
export async function everyPage<T>(
  page: (cursor?: string) => Promise<{ data: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | undefined; ;) {
    const { data, nextCursor } = await page(cursor);
    rows.push(...data);
    if (nextCursor === null) return rows;
    cursor = nextCursor;
  }
}
