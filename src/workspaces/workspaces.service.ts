import { newUuid } from '#libs/ids';
import { pageOf, timedPositionIn } from '#libs/validation';
import { behind, isUniqueViolation, newestFirst, positionOf, type Transaction, Transactions } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { EntityManager, type LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { Workspace } from './workspace.entity.js';
import { ChangeWorkspace, CreateWorkspace, WorkspaceDto, WorkspacePage, WorkspacesQuery } from './workspaces.dto.js';
import { SlugInUse } from './workspaces.problems.js';

/** The tenants of this instance. */
@Injectable()
export class WorkspacesService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
  ) {}

  /** @throws SlugInUse */
  async create({ slug, name }: CreateWorkspace): Promise<WorkspaceDto> {
    return this.claimingSlug(slug, async ({ em, now }) =>
      toDto(em.create(Workspace, { id: newUuid(), slug, name, createdAt: now })),
    );
  }

  async list({ limit, cursor }: WorkspacesQuery): Promise<WorkspacePage> {
    const page = { orderBy: newestFirst, limit: limit + 1 };
    const rows = await this.em.fork().find(Workspace, behind(timedPositionIn('workspaces', cursor, isUuid)), page);
    return pageOf('workspaces', rows.map(toDto), limit, positionOf);
  }

  /** @throws NotFound */
  async get(id: string): Promise<WorkspaceDto> {
    return toDto(await foundWorkspace(this.em.fork(), id));
  }

  /** @throws NotFound, SlugInUse */
  async change(id: string, { slug, name }: ChangeWorkspace): Promise<WorkspaceDto> {
    return this.claimingSlug(slug, async ({ em }) => {
      const workspace = await foundWorkspace(em, id);
      return toDto(em.assign(workspace, { ...(slug !== undefined && { slug }), ...(name !== undefined && { name }) }));
    });
  }

  private async claimingSlug<T>(slug: string | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.transactions.run(work);
    } catch (error) {
      if (slug !== undefined && isUniqueViolation(error)) throw new SlugInUse(slug);
      throw error;
    }
  }

  /** The workspace with this slug or id; null if there is none. */
  named(slugOrId: string): Promise<Workspace | null> {
    return this.em.fork().findOne(Workspace, isUuid(slugOrId) ? { id: slugOrId } : { slug: slugOrId });
  }

  /** Notes that a workspace is there for the demonstration, and is to be deleted with it. */
  async markAsDemo(id: string): Promise<void> {
    await this.transactions.run(async ({ em }) => void ((await foundWorkspace(em, id)).demo = true));
  }
}

/** @throws NotFound */
export async function foundWorkspace(em: EntityManager, id: string, lockMode?: LockMode): Promise<Workspace> {
  const workspace = isUuid(id) ? await em.findOne(Workspace, { id }, { lockMode }) : null;
  if (!workspace) throw new NotFound('there is no such workspace');
  return workspace;
}

function toDto({ id, slug, name, createdAt }: Workspace): WorkspaceDto {
  return { id, slug, name, createdAt };
}
