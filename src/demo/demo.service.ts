import { Injectable } from '@nestjs/common';
import { defaultWorkspaceId, type Workspace } from '../workspaces/workspace.entity.js';
import { WorkspaceRemover } from '../workspaces/workspace.remover.js';
import { WorkspaceRows } from '../workspaces/workspace.rows.js';
import { WorkspaceSweeper } from '../workspaces/workspace.sweeper.js';
import type { WorkspaceContentsDto } from '../workspaces/workspaces.dto.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { DemoLoader, type DemoSize, type Progress, type Telling } from './demo.loader.js';

/**
 * Believable feedback for a workspace in which there is nothing to look at yet. The workspace is marked before anything is
 * loaded into it. Clearing deletes a marked workspace with everything in it, and no other.
 */
@Injectable()
export class DemoService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly rows: WorkspaceRows,
    private readonly loader: DemoLoader,
    private readonly remover: WorkspaceRemover,
    private readonly sweeper: WorkspaceSweeper,
  ) {}

  /**
   * Loads the demonstration into a workspace that has not been used. If that fails, the workspace stays as it was, but marked,
   * and may be loaded again.
   * @throws where the workspace is in use or holds the demonstration already
   */
  async load(workspace: Workspace, telling: Telling, progress: Progress): Promise<DemoSize> {
    if (!workspace.demo) await this.mark(workspace);
    return this.loader.load(workspace.id, telling, progress);
  }

  private async mark({ id, slug }: Workspace): Promise<void> {
    if (id === defaultWorkspaceId || !(await this.rows.isUnused(id))) throw new Error(beside(slug));
    await this.workspaces.markAsDemo(id);
  }

  /**
   * Deletes a workspace that holds the demonstration; when it returns, nothing is left of it.
   * @throws where the workspace is not marked
   */
  async clear({ id, slug, demo }: Workspace): Promise<WorkspaceContentsDto> {
    if (!demo)
      throw new Error(
        `The demonstration was not loaded into the workspace ${slug}. Only \`workspaces delete\` deletes it.`,
      );
    const held = await this.remover.remove(id, slug);
    await this.sweeper.finish(id);
    return held;
  }
}

function beside(slug: string): string {
  return `The workspace ${slug} is in use. Name one that is new or has not been used: \`demo clear\` deletes it with everything in it.`;
}
