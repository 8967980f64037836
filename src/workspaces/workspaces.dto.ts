import { Length, PageQuery, Strict } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, ValidateIf } from 'class-validator';

const slugForm = /^(?![0-9a-f]{8}-[0-9a-f]{4}-)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const slugMessage =
  '$property must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end, and unlike an id';
const nameMessage = '$property must be 1 to 255 characters long';

/** A new workspace. */
@Strict()
export class CreateWorkspace {
  /** The name that people type; unique in the instance. */
  @ApiProperty({ pattern: slugForm.source })
  @Matches(slugForm, { message: slugMessage })
  slug: string;

  /** For people. */
  @IsString()
  @Length(1, 255, { message: nameMessage })
  name: string;
}

/** A change of a workspace: what is absent stays as it is. */
@Strict()
export class ChangeWorkspace {
  /** The name that people type; unique in the instance. */
  @ValidateIf(({ slug }: ChangeWorkspace) => slug !== undefined)
  @ApiProperty({ pattern: slugForm.source })
  @Matches(slugForm, { message: slugMessage })
  slug?: string;

  /** For people. */
  @ValidateIf(({ name }: ChangeWorkspace) => name !== undefined)
  @IsString()
  @Length(1, 255, { message: nameMessage })
  name?: string;
}

@Strict()
export class WorkspacesQuery extends PageQuery {}

/** A tenant of the instance: every record belongs to one. */
export class WorkspaceDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** The name that people type; unique in the instance. */
  slug: string;
  /** For people. */
  name: string;
  createdAt: Date;
}

/** A page of workspaces, newest first. */
export class WorkspacePage {
  data: WorkspaceDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
