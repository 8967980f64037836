import { Unauthorized } from '#libs/problem-details';
import { RollingBudget, type RollingLimit } from '#libs/throttling';
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Bot } from './bot.entity.js';
import { BotsService } from './bots.service.js';
import { UnknownBot } from './surveys.problems.js';

/** Injection token: how often each bot may be called; empty: as often as its callers like. */
export const BotLimits = Symbol('BotLimits');

/** What the vendor allows a bot: 60 requests a minute and 1,800 an hour, in any such span of time. */
export const vendorLimits: RollingLimit[] = [
  { limit: 60, windowMs: 60_000 },
  { limit: 1_800, windowMs: 3_600_000 },
];

declare module 'fastify' {
  interface FastifyRequest {
    /** The bot that the path names; set on the routes below {@link BotGuard}. */
    bot?: Bot;
  }
}

/**
 * Finds the bot that the path names, before the content is looked at. Asked in this order: whether the credential is for the
 * bot, whether there is such a bot, and its budget. An unknown bot has no budget, since anybody could make up new ones.
 */
@Injectable()
export class BotGuard implements CanActivate {
  constructor(
    private readonly bots: BotsService,
    private readonly budget: RollingBudget,
    @Inject(BotLimits) private readonly limits: RollingLimit[],
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { botId: string } }>>();
    const { workspaceId, limitedTo: bots } = request.principal!;
    const { botId } = request.params;
    if (bots && !bots.includes(botId)) throw new Unauthorized('the credential is limited to other bots', true);
    const bot = await this.bots.named(workspaceId, botId);
    if (!bot) throw new UnknownBot();
    if (this.limits.length > 0) await this.budget.spend(`bot:${workspaceId}:${botId}`, this.limits);
    request.bot = bot;
    return true;
  }
}

/** Parameter of a handler below {@link BotGuard}: the {@link Bot} that the path names. */
export const AddressedBot = createParamDecorator(
  (_: unknown, context: ExecutionContext): Bot => context.switchToHttp().getRequest<FastifyRequest>().bot!,
);
