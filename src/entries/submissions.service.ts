import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { parseInstant } from '#libs/validation';
import { Injectable } from '@nestjs/common';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import { respondentNamed } from '../feedback/respondent.js';
import { blankEntry, type NewEntry, type StoredOutcome } from '../feedback/submission.js';
import type { BatchLine } from './batch.dto.js';
import type { SubmitFeedback } from './submit.dto.js';

/** Takes what is submitted natively, one by one. */
@Injectable()
export class SubmissionsService {
  constructor(private readonly writer: FeedbackWriter) {}

  /** Records the entry, or brings the one with its `externalId` to this state. */
  submit(caller: Principal, feedback: SubmitFeedback): Promise<StoredOutcome> {
    return this.writer.record(toEntry(caller, feedback), { mayExist: feedback.externalId != null });
  }
}

/** The entry of what was validated, of whichever source. */
export function toEntry({ workspaceId, backdating }: Principal, line: BatchLine): NewEntry {
  const { respondent, reasons, occurredAt, countedAt } = line;
  return {
    ...blankEntry,
    ...line,
    workspaceId,
    id: newUuid(),
    source: line.source ?? 'native',
    respondent: respondent == null ? null : respondentNamed(respondent),
    reasons: reasons?.map(({ label, details }) => ({ label, details: details ?? '' })) ?? null,
    occurredAt: occurredAt == null ? null : parseInstant(occurredAt),
    countedAt: countedAt == null ? null : parseInstant(countedAt),
    backdating,
    isOld: line.source != null,
    ...line.implied?.(),
  };
}
