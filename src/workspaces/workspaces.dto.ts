import { Length, PageQuery, Strict } from '#libs/json-body';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, Matches, ValidateIf } from 'class-validator';

const slugForm = /^(?![0-9a-f]{8}-[0-9a-f]{4}-)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const slugMessage =
  '$property must be 1 to 63 lower-case letters, digits and hyphens, with no hyphen at either end, and unlike an id';
const nameMessage = '$property must be 1 to 255 characters long';

@Strict()
export class CreateWorkspace {
  /** The name that people type; unique in the instance. */
  @ApiProperty({ pattern: slugForm.source })
  @Matches(slugForm, { message: slugMessage })
  slug: string;

  @IsString()
  @Length(1, 255, { message: nameMessage })
  name: string;
}

/** What is absent stays as it is. */
@Strict()
export class ChangeWorkspace {
  @ValidateIf(({ slug }: ChangeWorkspace) => slug !== undefined)
  @ApiProperty({ pattern: slugForm.source })
  @Matches(slugForm, { message: slugMessage })
  slug?: string;

  @ValidateIf(({ name }: ChangeWorkspace) => name !== undefined)
  @IsString()
  @Length(1, 255, { message: nameMessage })
  name?: string;
}

@Strict()
export class WorkspacesQuery extends PageQuery {}

export class WorkspaceDto {
  id: string;
  slug: string;
  name: string;
  createdAt: Date;
}

export class WorkspacePage {
  data: WorkspaceDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
