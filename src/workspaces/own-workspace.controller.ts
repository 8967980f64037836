import { Access, Caller, type Principal } from '#libs/access';
import { InvalidInput, Refuses } from '#libs/problem-details';
import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { WorkspaceDto } from './workspaces.dto.js';
import { WorkspacesService } from './workspaces.service.js';

@ApiTags('Workspaces')
@Access('api-key', 'analytics:read')
@Controller('v1/workspace')
export class OwnWorkspaceController {
  constructor(private readonly workspaces: WorkspacesService) {}

  /** The workspace that the key opens. So that whoever reads its numbers can say whose they are. */
  @Get()
  @Documented('getOwnWorkspace')
  @Refuses(InvalidInput)
  get(@Caller() { workspaceId }: Principal): Promise<WorkspaceDto> {
    return this.workspaces.get(workspaceId);
  }
}
