import { Access } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { WorkspaceRemover } from './workspace.remover.js';
import {
  ChangeWorkspace,
  CreateWorkspace,
  RemoveWorkspaceQuery,
  WorkspaceContentsDto,
  WorkspaceDto,
  WorkspacePage,
  WorkspacesQuery,
} from './workspaces.dto.js';
import { DefaultWorkspaceStays, SlugInUse } from './workspaces.problems.js';
import { WorkspacesService } from './workspaces.service.js';

@ApiTags('Workspaces')
@Access('api-key', 'instance')
@ApiParam({
  name: 'id',
  description: 'The id of the workspace, which is not its slug.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/workspaces')
export class WorkspacesController {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly remover: WorkspaceRemover,
  ) {}

  /** Makes a workspace. Nobody can use it before a credential was made for it. */
  @Post()
  @Documented('createWorkspace')
  @Refuses(SlugInUse)
  @MadeAt('/v1/workspaces')
  create(@Body() wanted: CreateWorkspace): Promise<WorkspaceDto> {
    return this.workspaces.create(wanted);
  }

  /** All workspaces, newest first. For the administrator of the instance. */
  @Get()
  @Documented('listWorkspaces')
  list(@Query() page: WorkspacesQuery): Promise<WorkspacePage> {
    return this.workspaces.list(page);
  }

  /** One workspace. By its id. */
  @Get(':id')
  @Documented('getWorkspace')
  @Refuses(NotFound)
  get(@Param('id') id: string): Promise<WorkspaceDto> {
    return this.workspaces.get(id);
  }

  /** Changes the slug, the name, or both. Its id stays, and so does everything in it. */
  @Patch(':id')
  @Documented('changeWorkspace')
  @Refuses(NotFound, SlugInUse)
  change(@Param('id') id: string, @Body() changes: ChangeWorkspace): Promise<WorkspaceDto> {
    return this.workspaces.change(id, changes);
  }

  /**
   * Deletes a workspace with everything in it. Its slug is free at once, and its credentials are refused within a second on
   * every replica. The receipt says what it held; the records are deleted from the database over the next seconds or minutes,
   * and nobody can read them meanwhile. The workspace `default` cannot be deleted.
   */
  @Delete(':id')
  @Documented('removeWorkspace')
  @Refuses(NotFound, DefaultWorkspaceStays)
  remove(@Param('id') id: string, @Query() { slug }: RemoveWorkspaceQuery): Promise<WorkspaceContentsDto> {
    return this.remover.remove(id, slug);
  }
}
