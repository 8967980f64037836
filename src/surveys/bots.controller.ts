import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { maxBotIdLength } from './bot.entity.js';
import { BotDto, BotPage, BotsQuery, ChangeBot, CreateBot } from './bots.dto.js';
import { BotsService } from './bots.service.js';
import { BotIdInUse } from './surveys.problems.js';

@ApiTags('Bots')
@Access('api-key', 'admin', { heedsLimit: true })
@ApiParam({
  name: 'id',
  description: 'The bot or stream id.',
  schema: {
    type: 'string',
    minLength: 1,
    maxLength: maxBotIdLength,
    example: 'st-053cd130-f983-577a-8aad-2504aebd60b9',
  },
})
@Controller('v1/bots')
export class BotsController {
  constructor(private readonly bots: BotsService) {}

  /** Makes a bot, which surveys can then be answered for. A credential limited to bots can make only those. */
  @Post()
  @Documented('createBot')
  @Refuses(BotIdInUse)
  @MadeAt('/v1/bots')
  create(@Caller() caller: Principal, @Body() wanted: CreateBot): Promise<BotDto> {
    return this.bots.create(caller, wanted);
  }

  /** The bots of the workspace, newest first. A credential that is limited to bots sees those. */
  @Get()
  @Documented('listBots')
  list(@Caller() caller: Principal, @Query() page: BotsQuery): Promise<BotPage> {
    return this.bots.list(caller, page);
  }

  /** One bot. By the id that clients have in their paths. */
  @Get(':id')
  @Documented('getBot')
  @Refuses(NotFound)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<BotDto> {
    return this.bots.get(caller, id);
  }

  /** Changes what the survey door says of the bot, of earlier answers as well. Its id stays. */
  @Patch(':id')
  @Documented('changeBot')
  @Refuses(NotFound)
  change(@Caller() caller: Principal, @Param('id') id: string, @Body() changes: ChangeBot): Promise<BotDto> {
    return this.bots.change(caller, id, changes);
  }

  /** Deletes a bot: nothing more can be said to it. What was said stays. */
  @Delete(':id')
  @Documented('removeBot')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is deleted' })
  @Refuses(NotFound)
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.bots.remove(caller, id);
  }
}
