import { Transactions } from '#libs/persistence';
import { InvalidInput } from '#libs/problem-details';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { FeedbackCensus } from '../feedback/feedback.census.js';
import { CachedCredentialDirectory } from './credential.directory.js';
import { defaultWorkspaceId } from './workspace.entity.js';
import type { WorkspaceContentsDto } from './workspaces.dto.js';
import { DefaultWorkspaceStays } from './workspaces.problems.js';
import { foundWorkspace } from './workspaces.service.js';

/**
 * Deletes workspaces, in two steps. The first, here, is one short transaction: the workspace and its credentials go, so
 * that its slug is free and nothing of it can be read, and `deleted_workspace` notes that its other rows are to follow.
 * The second is the work of `WorkspaceSweeper`.
 */
@Injectable()
export class WorkspaceRemover {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly directory: CachedCredentialDirectory,
    private readonly census: FeedbackCensus,
  ) {}

  /**
   * @param slug that of the workspace, as confirmation
   * @returns what the workspace held
   * @throws NotFound, DefaultWorkspaceStays, InvalidInput
   */
  async remove(id: string, slug: string): Promise<WorkspaceContentsDto> {
    refuseUnconfirmed(await foundWorkspace(this.em.fork(), id), slug);
    const { entries, respondents } = await this.census.of(id);
    const credentials = await this.transactions.run(async ({ em, db, now }) => {
      // Held until COMMIT, so that no credential is made meanwhile.
      const workspace = await foundWorkspace(em, id, LockMode.PESSIMISTIC_WRITE);
      refuseUnconfirmed(workspace, slug);
      // Locked in the same order as by `CredentialUse`.
      const { rows } = await sql<{ id: string }>`
        select id from credential where workspace_id = ${id} order by id for update`.execute(db);
      await sql`delete from credential where workspace_id = ${id}`.execute(db);
      await sql`insert into deleted_workspace (workspace_id, deleted_at) values (${id}, ${now})`.execute(db);
      em.remove(workspace);
      return rows;
    });
    for (const credential of credentials) this.directory.forget(credential.id);
    return { entries, respondents, credentials: credentials.length };
  }
}

function refuseUnconfirmed(workspace: { id: string; slug: string }, slug: string): void {
  if (workspace.id === defaultWorkspaceId) throw new DefaultWorkspaceStays();
  if (workspace.slug !== slug)
    throw new InvalidInput([{ pointer: '/slug', detail: 'slug must be the slug of the workspace' }]);
}
