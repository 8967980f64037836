import { IfSent, IsInstant, IsInstantOrDay, IsTimeZone, PageQuery, Strict, Text } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { KeepsLimitsOf } from '../openapi/limits.js';

/** A new release. */
@Strict()
export class CreateRelease {
  /** For people. */
  @Text(1, 255)
  name: string;

  /** A label, such as the version that entries name. Answers are not filtered by it. */
  @IsOptional()
  @Text(1, 255)
  version?: string | null;

  /** The bot that was released: only answers about it are compared. Null: all answers. */
  @IsOptional()
  @Text(1, 255)
  bot?: string | null;

  /** When it came out. Default: now. */
  @IsOptional()
  @IsInstant()
  at?: string | null;
}

/** A change of a release: what is absent stays as it is, null takes it away. */
@Strict()
export class ChangeRelease {
  /** For people. */
  @IfSent()
  @Text(1, 255)
  name?: string;

  /** A label, such as the version that entries name. Answers are not filtered by it. */
  @IsOptional()
  @Text(1, 255)
  version?: string | null;

  /** The bot that was released: only answers about it are compared. Null: all answers. */
  @IsOptional()
  @Text(1, 255)
  bot?: string | null;

  /** When it came out. A release that was moved is `retrospective`. */
  @IfSent()
  @IsInstant()
  at?: string;
}

@Strict()
export class ReleasesQuery extends PageQuery {
  /** The earliest time at which they came out; of a day, its beginning in `tz`. */
  @IsOptional()
  @IsInstantOrDay()
  from?: string;

  /** The time before which they came out; of a day, its beginning in `tz`. */
  @IsOptional()
  @IsInstantOrDay()
  to?: string;

  /** The time zone whose wall clock counts. */
  @IsOptional()
  @IsTimeZone()
  tz: string = 'UTC';
}

/** A mark in time: what came before is compared with what came since by `GET /v1/analytics/comparison?release=<id>`. */
@KeepsLimitsOf(CreateRelease)
export class ReleaseDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** For people. */
  name: string;
  /** A label. */
  version: string | null;
  /** The bot that was released; null: all answers. */
  bot: string | null;
  /** When it came out. */
  at: Date;
  /**
   * Whether it lies before its making, or was moved: somebody may have chosen the moment because of the answers, and then a
   * verdict about it means less.
   */
  retrospective: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** A page of releases, the latest first. */
export class ReleasePage {
  data: ReleaseDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
