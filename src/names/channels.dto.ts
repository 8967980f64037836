import { Strict, Text } from '#libs/validation';
import { IsOptional } from 'class-validator';
import { KeepsLimitsOf } from '../openapi/limits.js';

/** A change of a channel: what is absent stays as it is. */
@Strict()
export class ChangeChannel {
  /** What people call it; null takes the name away. */
  @IsOptional()
  @Text(1, 255)
  name?: string | null;
}

/** A place that answers come from. */
@KeepsLimitsOf(ChangeChannel)
export class NamedChannelDto {
  /** As entries have it. */
  channel: string;
  /** What people call it; null where it has no name. */
  name: string | null;
}
