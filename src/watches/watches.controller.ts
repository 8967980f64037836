import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import {
  ChangeWatch,
  CreateWatch,
  WatchDto,
  WatchesQuery,
  WatchHistoryPage,
  WatchHistoryQuery,
  WatchPage,
} from './watches.dto.js';
import { TooManyWatches, WatchNotRaised } from './watches.problems.js';
import { WatchesService } from './watches.service.js';

@ApiTags('Watches')
@ApiParam({
  name: 'id',
  description: 'The id of the watch.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/watches')
export class WatchesController {
  constructor(private readonly watches: WatchesService) {}

  /**
   * Makes a watch: a standing question about a score. It is looked at five minutes after the end of each step, and what it
   * says holds at every look: it is falsely raised once in 20 years, on average, at most.
   */
  @Post()
  @Documented('createWatch')
  @Refuses(TooManyWatches)
  @Access('api-key', 'admin')
  @MadeAt('/v1/watches')
  create(@Caller() caller: Principal, @Body() wanted: CreateWatch): Promise<WatchDto> {
    return this.watches.create(caller, wanted);
  }

  /** The watches of the workspace, newest first. Each with its state, and with what raised it last. */
  @Get()
  @Documented('listWatches')
  @Access('api-key', 'analytics:read')
  list(@Caller() caller: Principal, @Query() query: WatchesQuery): Promise<WatchPage> {
    return this.watches.list(caller, query);
  }

  /** One watch. By its id. */
  @Get(':id')
  @Documented('getWatch')
  @Refuses(NotFound)
  @Access('api-key', 'analytics:read')
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<WatchDto> {
    return this.watches.get(caller, id);
  }

  /** Renames a watch, or settles one that is raised. What it asks stays for good. */
  @Patch(':id')
  @Documented('changeWatch')
  @Refuses(NotFound, WatchNotRaised)
  @Access('api-key', 'admin')
  change(@Caller() caller: Principal, @Param('id') id: string, @Body() changes: ChangeWatch): Promise<WatchDto> {
    return this.watches.change(caller, id, changes);
  }

  /** Deletes a watch: it says nothing more. Its history stays. */
  @Delete(':id')
  @Documented('removeWatch')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is deleted' })
  @Refuses(NotFound)
  @Access('api-key', 'admin')
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.watches.remove(caller, id);
  }

  /** All that a watch has said, newest first: one item a step, and one where somebody settled it. Kept for good, also of a deleted watch. */
  @Get(':id/history')
  @Documented('listWatchHistory')
  @Refuses(NotFound)
  @Access('api-key', 'analytics:read')
  history(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: WatchHistoryQuery,
  ): Promise<WatchHistoryPage> {
    return this.watches.history(caller, id, query);
  }
}
