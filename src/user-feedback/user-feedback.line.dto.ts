import { Matching, OneOf, Sparse, Strict, Text } from '#libs/validation';
import { IsOptional } from 'class-validator';
import { type BatchLine, ImportedLine } from '../entries/batch.dto.js';
import { FittingScore } from '../entries/submit.dto.js';
import { IsAuthId, IsResolved, maxWords } from './user-feedback.dto.js';

/** The rating of a conversation that was collected before. It claims no window, and its person may be gone. */
@Sparse()
@Strict()
export class UserFeedbackLine extends ImportedLine implements BatchLine {
  /** The door's own entries have none; with one a line can be sent again. */
  @IsOptional()
  @Text(1, 255)
  externalId?: string | null;

  @OneOf(['conversation'])
  instrument: string;

  @OneOf(['rating'])
  scale: 'rating';

  @FittingScore()
  score: number;

  @IsResolved()
  resolved: boolean;

  @IsAuthId()
  respondent: string;

  @Text(1, 255)
  conversation: string;

  @Matching(/^[1-9]\d{0,15}$/, 'be the number of a business', 16)
  channel: string;

  @IsOptional()
  @Text(1)
  language?: string | null;

  @IsOptional()
  @Text(1, maxWords)
  comment?: string | null;
}
