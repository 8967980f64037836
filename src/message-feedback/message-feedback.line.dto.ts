import { Must, OneOf, Sparse, Strict, Text } from '#libs/validation';
import { IntersectionType, PickType } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { type BatchLine, ImportedLine } from '../entries/batch.dto.js';
import { FittingScore } from '../entries/submit.dto.js';
import type { NewEntry } from '../feedback/submission.js';
import { impliedBy } from './implied.js';
import { SubmitMessageFeedback } from './message-feedback.dto.js';

/** A member that follows from another may be sent, but only with the value that follows. */
function As(wanted: string, member: 'respondent' | 'version'): PropertyDecorator {
  return Must(`be ${wanted}`, (value, line) => value === impliedBy(line)[member]);
}

/** Feedback on a message that was collected before. */
@Sparse()
@Strict()
export class MessageFeedbackLine
  extends IntersectionType(
    ImportedLine,
    PickType(SubmitMessageFeedback, ['reasons', 'properties', 'userProperties', 'sources']),
  )
  implements BatchLine
{
  @Text(1, 255)
  externalId: string;

  @OneOf(['message'])
  instrument: string;

  @OneOf(['thumb'])
  scale: 'thumb';

  @FittingScore()
  score: number;

  @Text(1, 255)
  message: string;

  @IsOptional()
  @Text()
  comment?: string | null;

  @IsOptional()
  @As('the one whom userProperties name', 'respondent')
  respondent?: string | null;

  @IsOptional()
  @As('that of the properties', 'version')
  version?: string | null;

  implied(): Partial<NewEntry> {
    return impliedBy(this);
  }
}
