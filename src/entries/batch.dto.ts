import { IsInstant, Must, OneOf, parseInstant, Sparse, Strict } from '#libs/validation';
import { applyDecorators } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { type Source, sources } from '../feedback/feedback-entry.entity.js';
import type { NewEntry } from '../feedback/submission.js';
import { SubmitFeedback, type SubmittedReason } from './submit.dto.js';

/** When the entry counts, where that does not follow from when it was said. */
const CountedAt = (): PropertyDecorator =>
  applyDecorators(
    Must('not lie in the future', (value) => parseInstant(value as string).getTime() <= Date.now()),
    IsInstant(),
    IsOptional(),
  );

/** A line of a batch: the members of an entry that its source has, within the limits of the door that it came through. */
export interface BatchLine extends Pick<NewEntry, 'instrument' | 'scale'> {
  source?: Source | null;
  respondent?: string | null;
  reasons?: SubmittedReason[] | null;
  occurredAt?: string | null;
  countedAt?: string | null;
  /** What the entry has besides, because of what the line says. */
  implied?(): Partial<NewEntry>;
}

/** What is submitted as it was collected here. */
@Sparse()
@Strict()
export class NativeLine extends SubmitFeedback implements BatchLine {
  /** The door that it came through where it was collected. Default `native`; another one needs the scope `admin`. */
  @IsOptional()
  @OneOf(sources)
  source?: Source | null;

  @CountedAt()
  countedAt?: string | null;
}

/** What another door has collected: each room that has such a door says what its lines have besides. */
export class ImportedLine {
  @OneOf(sources)
  source: Source;

  @IsOptional()
  @IsInstant()
  occurredAt?: string | null;

  @CountedAt()
  countedAt?: string | null;
}

/** The lines of each source. Given by the root, which knows the rooms. */
export type BatchLines = Record<Source, new () => BatchLine>;
export const BatchLines = Symbol('BatchLines');
