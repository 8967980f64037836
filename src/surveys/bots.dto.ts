import { Length, PageQuery, Strict } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Matches, ValidateIf } from 'class-validator';
import { botIdForm } from './bot.entity.js';

const lengthMessage = '$property must be 1 to 255 characters long';

/** A new bot. */
@Strict()
export class CreateBot {
  /** The bot or stream id that clients have in their paths; unique in the workspace. Made when left out. */
  @IsOptional()
  @ApiProperty({ pattern: botIdForm.source })
  @Matches(botIdForm, {
    message: '$property must be 1 to 128 of A-Z a-z 0-9 . _ : - and begin with a letter or digit',
  })
  id?: string | null;

  /** For people, to tell bots apart. */
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  name: string;

  /** What the survey door answers as `orgId`. Made once when left out. */
  @IsOptional()
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  orgId?: string | null;

  /** What the survey door answers as `accountId`. Made once when left out. */
  @IsOptional()
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  accountId?: string | null;

  /** What the survey door answers as `userId`. Made once when left out. */
  @IsOptional()
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  userId?: string | null;
}

/** A change of a bot: what is absent stays as it is. Nothing of it can be null: a bot has all of them. */
@Strict()
export class ChangeBot {
  /** For people, to tell bots apart. */
  @ValidateIf(({ name }: ChangeBot) => name !== undefined)
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  name?: string;

  /** What the survey door answers as `orgId`. */
  @ValidateIf(({ orgId }: ChangeBot) => orgId !== undefined)
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  orgId?: string;

  /** What the survey door answers as `accountId`. */
  @ValidateIf(({ accountId }: ChangeBot) => accountId !== undefined)
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  accountId?: string;

  /** What the survey door answers as `userId`. */
  @ValidateIf(({ userId }: ChangeBot) => userId !== undefined)
  @IsString()
  @Length(1, 255, { message: lengthMessage })
  userId?: string;
}

@Strict()
export class BotsQuery extends PageQuery {}

/** A bot, which surveys are answered for. */
export class BotDto {
  /** The bot or stream id, as it stands in the paths of the survey door. */
  id: string;
  /** For people, to tell bots apart. */
  name: string;
  /** What the survey door answers as `orgId`. */
  orgId: string;
  /** What the survey door answers as `accountId`. */
  accountId: string;
  /** What the survey door answers as `userId`. */
  userId: string;
  createdAt: Date;
  updatedAt: Date;
}

/** A page of bots, newest first. */
export class BotPage {
  data: BotDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
