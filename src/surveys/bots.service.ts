import { randomBytes } from 'node:crypto';
import type { Principal } from '#libs/access';
import { pageOf, timedPositionIn } from '#libs/validation';
import { behind, isUniqueViolation, newestFirst, positionOf, Transactions } from '#libs/persistence';
import { Forbidden, NotFound } from '#libs/problem-details';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { Labels } from '../names/labels.js';
import { Bot, botIdForm } from './bot.entity.js';
import { BotDto, BotPage, BotsQuery, ChangeBot, CreateBot } from './bots.dto.js';
import { BotIdInUse } from './surveys.problems.js';

/** The bots of all workspaces. A caller limited to some sees and touches only those. */
@Injectable()
export class BotsService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    labels: Labels,
  ) {
    labels.add('bot', (workspaceId, ids) => this.namesOf(workspaceId, ids));
  }

  /** @throws BotIdInUse, Forbidden */
  async create({ workspaceId, limitedTo: bots }: Principal, wanted: CreateBot): Promise<BotDto> {
    const id = wanted.id ?? `st-${uuidv4()}`;
    if (bots && !bots.includes(id)) throw new Forbidden('your credential is limited to other bots');
    try {
      return await this.transactions.run(async ({ em, now }) =>
        toDto(em.create(Bot, { workspaceId, id, ...attributesOf(wanted), createdAt: now, updatedAt: now })),
      );
    } catch (error) {
      if (isUniqueViolation(error)) throw new BotIdInUse(id);
      throw error;
    }
  }

  async list(caller: Principal, { limit, cursor }: BotsQuery): Promise<BotPage> {
    const position = timedPositionIn('bots', cursor, (id) => botIdForm.test(id));
    const wanted = { $and: [within(caller), behind(position)] };
    const rows = await this.em.fork().find(Bot, wanted, { orderBy: newestFirst, limit: limit + 1 });
    return pageOf('bots', rows.map(toDto), limit, positionOf);
  }

  /** @throws NotFound */
  async get(caller: Principal, id: string): Promise<BotDto> {
    return toDto(await found(this.em.fork(), caller, id));
  }

  /** @throws NotFound */
  async change(caller: Principal, id: string, changes: ChangeBot): Promise<BotDto> {
    return this.transactions.run(async ({ em, now }) => {
      const bot = await found(em, caller, id);
      bot.updatedAt = now;
      return toDto(em.assign(bot, changes));
    });
  }

  /** @throws NotFound */
  async remove(caller: Principal, id: string): Promise<void> {
    await this.transactions.run(async ({ em }) => void em.remove(await found(em, caller, id)));
  }

  private async namesOf(workspaceId: string, ids: string[]): Promise<Map<string, string>> {
    const bots = await this.em.fork().find(Bot, { workspaceId, id: { $in: ids } }, { fields: ['name'] });
    return new Map(bots.map(({ id, name }) => [id, name]));
  }

  /** The bot that a path names; null if the workspace has none of that id. */
  async named(workspaceId: string, id: string): Promise<Bot | null> {
    return botIdForm.test(id) ? this.em.fork().findOne(Bot, { workspaceId, id }) : null;
  }
}

/** Made here once and then kept, so that every answer for a bot says the same. */
function attributesOf({ name, orgId, accountId, userId }: CreateBot) {
  return {
    name,
    orgId: orgId ?? `o-${uuidv4()}`,
    accountId: accountId ?? randomBytes(12).toString('hex'),
    userId: userId ?? `u-${uuidv4()}`,
  };
}

function within({ workspaceId, limitedTo: bots }: Principal) {
  return { workspaceId, ...(bots && { id: { $in: [...bots] } }) };
}

async function found(em: EntityManager, caller: Principal, id: string): Promise<Bot> {
  const bot = await em.findOne(Bot, { $and: [within(caller), { id }] });
  if (!bot) throw new NotFound('there is no such bot');
  return bot;
}

function toDto({ id, name, orgId, accountId, userId, createdAt, updatedAt }: Bot): BotDto {
  return { id, name, orgId, accountId, userId, createdAt, updatedAt };
}
