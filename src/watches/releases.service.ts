import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { Transactions } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { pageOf, parseInstant, timedPositionIn } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { type Mark, Marks } from '../analytics/marks.js';
import { momentOf } from '../feedback/moment.js';
import { isRetrospective, Release } from './release.entity.js';
import type { ChangeRelease, CreateRelease, ReleaseDto, ReleasePage, ReleasesQuery } from './releases.dto.js';

/** The releases of a workspace. */
@Injectable()
export class ReleasesService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    marks: Marks,
  ) {
    marks.areFoundBy((workspaceId, id) => this.mark(workspaceId, id));
  }

  private async mark(workspaceId: string, id: string): Promise<Mark | null> {
    return this.em.fork().findOne(Release, { workspaceId, id });
  }

  create({ workspaceId }: Principal, wanted: CreateRelease): Promise<ReleaseDto> {
    const { name, version = null, bot = null } = wanted;
    return this.transactions.run(async ({ em, now }) => {
      const at = wanted.at == null ? now : parseInstant(wanted.at);
      const times = { at, retrospective: isRetrospective(at, now), createdAt: now, updatedAt: now };
      return toDto(em.create(Release, { workspaceId, id: newUuid(), name, version, bot, ...times }));
    });
  }

  async list({ workspaceId }: Principal, { limit, cursor, from, to, tz }: ReleasesQuery): Promise<ReleasePage> {
    const position = timedPositionIn('releases', cursor, isUuid);
    const behind = position && { $or: [{ at: { $lt: position.at } }, { at: position.at, id: { $lt: position.id } }] };
    const within = {
      ...(from !== undefined && { $gte: momentOf(from, tz) }),
      ...(to !== undefined && { $lt: momentOf(to, tz) }),
    };
    const where = { $and: [{ workspaceId }, behind ?? {}, (from ?? to) ? { at: within } : {}] };
    const orderBy = { at: 'desc', id: 'desc' } as const;
    const rows = await this.em.fork().find(Release, where, { orderBy, limit: limit + 1 });
    return pageOf('releases', rows.map(toDto), limit, ({ at, id }) => [at.toISOString(), id]);
  }

  /** @throws NotFound */
  async get(caller: Principal, id: string): Promise<ReleaseDto> {
    return toDto(await found(this.em.fork(), caller, id));
  }

  /** @throws NotFound */
  change(caller: Principal, id: string, { at, ...changes }: ChangeRelease): Promise<ReleaseDto> {
    return this.transactions.run(async ({ em, now }) => {
      const release = em.assign(await found(em, caller, id), changes);
      release.moveTo(at === undefined ? release.at : parseInstant(at), now);
      return toDto(release);
    });
  }

  /** @throws NotFound */
  async remove(caller: Principal, id: string): Promise<void> {
    await this.transactions.run(async ({ em }) => void em.remove(await found(em, caller, id)));
  }
}

async function found(em: EntityManager, { workspaceId }: Principal, id: string): Promise<Release> {
  const release = isUuid(id) ? await em.findOne(Release, { workspaceId, id }) : null;
  if (!release) throw new NotFound('there is no such release');
  return release;
}

function toDto({ id, name, version, bot, at, retrospective, createdAt, updatedAt }: Release): ReleaseDto {
  return { id, name, version, bot, at, retrospective, createdAt, updatedAt };
}
