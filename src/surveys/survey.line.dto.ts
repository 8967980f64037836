import { Matching, OneOf, Sparse, Strict, Text, Visible } from '#libs/validation';
import { IntersectionType, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { type BatchLine, ImportedLine } from '../entries/batch.dto.js';
import { FittingScore } from '../entries/submit.dto.js';
import { maxRespondentLength } from '../feedback/respondent.js';
import { SaveFeedback, scaleOf } from './surveys.dto.js';

/** A response to a survey that was collected before. Its bot may be gone. */
@Sparse()
@Strict()
export class SurveyLine
  extends IntersectionType(ImportedLine, PickType(SaveFeedback, ['channel', 'language']))
  implements BatchLine
{
  @Matching(/^[0-9a-f]{24}$/, 'be 24 hexadecimal digits', 24)
  externalId: string;

  @Text(1, 255)
  instrument: string;

  @OneOf(Object.values(scaleOf))
  scale: (typeof scaleOf)[keyof typeof scaleOf];

  @FittingScore()
  score: number;

  @Visible(maxRespondentLength)
  respondent: string;

  @Text(1, 255)
  bot: string;

  @Text()
  prompt: string;

  @IsOptional()
  @Text()
  comment?: string | null;
}
