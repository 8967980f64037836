import { type Fault, InvalidInput } from '#libs/problem-details';
import { BodyPipe, Inspected, IsInstantOrDay, Matching, Strict, Text } from '#libs/validation';
import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { parse } from 'node:querystring';
import { dimensions } from '../counting/change.js';
import { AnswerFilter, ScoreQuery } from './analytics.query.dto.js';

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A member of a query that holds the filters of one side. */
const IsSide = (member: string): PropertyDecorator => Inspected((text) => faultsIn(member, text as string));

/** What both sides are asked with, and what each of them names for itself, which takes the place of the query's own. */
@Strict()
export class ComparisonQuery extends ScoreQuery {
  /** The earliest time, rounded down to a quarter of an hour; of a day, its beginning in `tz`. Default: that of the first answer of either side. */
  @IsOptional()
  @IsInstantOrDay()
  override from?: string;

  /**
   * The filters of the first side in the form of a query, percent-encoded, as in `a=channel%3Dweb`: any of `channel`,
   * `language`, `bot`, `version`, `from` and `to`. Needed where no `release` is named.
   */
  @ApiProperty({ example: 'to=2026-01-01T00:00:00Z' })
  @IsOptional()
  @Text()
  @IsSide('a')
  a?: string;

  /** Those of the second side. No answer may be on both. Needed where no `release` is named. */
  @ApiProperty({ example: 'from=2026-01-01T00:00:00Z&to=2026-01-31T00:00:00Z' })
  @IsOptional()
  @Text()
  @IsSide('b')
  b?: string;

  /**
   * The id of a release, in place of both sides: `b` is what came since, `a` the 90 days before, or what there is of them. Of
   * a release of one bot, both are the answers about that bot.
   */
  @IsOptional()
  @Matching(uuidForm, 'be the id of a release', 36)
  release?: string;
}

@Strict()
export class Side extends PickType(AnswerFilter, [...dimensions, 'from', 'to'] as const) {}

/** @throws InvalidInput with a fault for each filter that is not valid */
export function readSide(text: string): Side {
  return new BodyPipe().transform(parse(text), { type: 'query', metatype: Side }) as Side;
}

function faultsIn(member: string, text: string): Fault[] {
  try {
    readSide(text);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.errors.map(({ detail }) => ({ pointer: `/${member}`, detail: `in ${member}, ${detail}` }));
  }
}
