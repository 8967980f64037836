import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { ChangeRelease, CreateRelease, ReleaseDto, ReleasePage, ReleasesQuery } from './releases.dto.js';
import { ReleasesService } from './releases.service.js';

@ApiTags('Releases')
@ApiParam({
  name: 'id',
  description: 'The id of the release.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/releases')
export class ReleasesController {
  constructor(private readonly releases: ReleasesService) {}

  /** Marks a moment. From then on, what came since is compared with the 90 days before it. */
  @Post()
  @Documented('createRelease')
  @Access('api-key', 'admin')
  @MadeAt('/v1/releases')
  create(@Caller() caller: Principal, @Body() wanted: CreateRelease): Promise<ReleaseDto> {
    return this.releases.create(caller, wanted);
  }

  /** The releases of the workspace, the latest first. By when they came out, which need not be when they were made. */
  @Get()
  @Documented('listReleases')
  @Access('api-key', 'analytics:read')
  list(@Caller() caller: Principal, @Query() query: ReleasesQuery): Promise<ReleasePage> {
    return this.releases.list(caller, query);
  }

  /** One release. By its id. */
  @Get(':id')
  @Documented('getRelease')
  @Refuses(NotFound)
  @Access('api-key', 'analytics:read')
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<ReleaseDto> {
    return this.releases.get(caller, id);
  }

  /** Changes a release. What is absent stays as it is. One that is moved is `retrospective` from then on. */
  @Patch(':id')
  @Documented('changeRelease')
  @Refuses(NotFound)
  @Access('api-key', 'admin')
  change(@Caller() caller: Principal, @Param('id') id: string, @Body() changes: ChangeRelease): Promise<ReleaseDto> {
    return this.releases.change(caller, id, changes);
  }

  /** Deletes a release. No answer goes with it. */
  @Delete(':id')
  @Documented('removeRelease')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'It is deleted' })
  @Refuses(NotFound)
  @Access('api-key', 'admin')
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.releases.remove(caller, id);
  }
}
