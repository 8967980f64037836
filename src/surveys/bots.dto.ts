import { IfSent, Matching, PageQuery, Strict, Text } from '#libs/validation';
import { IsOptional } from 'class-validator';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { botIdForm, maxBotIdLength } from './bot.entity.js';

/** A new bot. */
@Strict()
export class CreateBot {
  /** The bot or stream id that clients have in their paths; unique in the workspace. Made when left out. */
  @IsOptional()
  @Matching(botIdForm, 'be 1 to 128 of A-Z a-z 0-9 . _ : - and begin with a letter or digit', maxBotIdLength)
  id?: string | null;

  /** For people, to tell bots apart. */
  @Text(1, 255)
  name: string;

  /** What the survey door answers as `orgId`. Made once when left out. */
  @IsOptional()
  @Text(1, 255)
  orgId?: string | null;

  /** What the survey door answers as `accountId`. Made once when left out. */
  @IsOptional()
  @Text(1, 255)
  accountId?: string | null;

  /** What the survey door answers as `userId`. Made once when left out. */
  @IsOptional()
  @Text(1, 255)
  userId?: string | null;
}

/** A change of a bot: what is absent stays as it is. Nothing of it can be null: a bot has all of them. */
@Strict()
export class ChangeBot {
  /** For people, to tell bots apart. */
  @IfSent()
  @Text(1, 255)
  name?: string;

  /** What the survey door answers as `orgId`. */
  @IfSent()
  @Text(1, 255)
  orgId?: string;

  /** What the survey door answers as `accountId`. */
  @IfSent()
  @Text(1, 255)
  accountId?: string;

  /** What the survey door answers as `userId`. */
  @IfSent()
  @Text(1, 255)
  userId?: string;
}

@Strict()
export class BotsQuery extends PageQuery {}

/** A bot, which surveys are answered for. */
@KeepsLimitsOf(CreateBot)
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
