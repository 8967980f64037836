import { Matching, PageQuery, Strict, Text } from '#libs/validation';
import { ApiProperty, PartialType } from '@nestjs/swagger';
import { KeepsLimitsOf } from '../openapi/limits.js';

export const maxSlugLength = 63;
const slugForm = /^(?![0-9a-f]{8}-[0-9a-f]{4}-)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const IsSlug = (): PropertyDecorator =>
  Matching(
    slugForm,
    'be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end, and unlike an id',
    maxSlugLength,
  );

/** A new workspace. */
@Strict()
export class CreateWorkspace {
  /** The name that people type; unique in the instance. */
  @IsSlug()
  slug: string;

  /** For people. */
  @Text(1, 255)
  name: string;
}

/** A change of a workspace: what is absent stays as it is. */
@Strict()
export class ChangeWorkspace extends PartialType(CreateWorkspace, { skipNullProperties: false }) {}

@Strict()
export class WorkspacesQuery extends PageQuery {}

/** A deletion is confirmed by the name of what is deleted. */
@Strict()
export class RemoveWorkspaceQuery {
  /** The slug of the workspace, as confirmation. */
  @Matching(slugForm, 'be the slug of the workspace', maxSlugLength)
  slug: string;
}

/** A tenant of the instance: every record belongs to one. */
@KeepsLimitsOf(CreateWorkspace)
export class WorkspaceDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** The name that people type; unique in the instance. */
  slug: string;
  /** For people. */
  name: string;
  createdAt: Date;
}

/** What a workspace held when it was deleted. */
export class WorkspaceContentsDto {
  @ApiProperty({ type: 'integer' })
  entries: number;
  /** People who were registered or named by an entry. */
  @ApiProperty({ type: 'integer' })
  respondents: number;
  /** API keys and clients, which open nothing any more. */
  @ApiProperty({ type: 'integer' })
  credentials: number;
}

/** A page of workspaces, newest first. */
export class WorkspacePage {
  data: WorkspaceDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
