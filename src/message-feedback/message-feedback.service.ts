import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { parseInstant } from '#libs/validation';
import { ReadingTurns } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { FeedbackEntry } from '../feedback/feedback-entry.entity.js';
import { FeedbackRemover } from '../feedback/feedback.remover.js';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import type { Entry, NewEntry } from '../feedback/submission.js';
import { blankEntry } from '../feedback/submission.js';
import { impliedBy } from './implied.js';
import { StoredMessageFeedbackDto, SubmitMessageFeedback } from './message-feedback.dto.js';
import {
  asRead,
  type MessageFeedbackListDto,
  type MessageFeedbackQuery,
  type ReadMessageFeedbackDto,
} from './message-feedback.reading.dto.js';

/** Positive or negative on one message of an agent, in the words of the Inkeep feedback API. */
@Injectable()
export class MessageFeedbackService {
  constructor(
    private readonly writer: FeedbackWriter,
    private readonly remover: FeedbackRemover,
    private readonly em: EntityManager,
    private readonly turns: ReadingTurns,
  ) {}

  /** Records the feedback, or brings the one with its `id` to this state. Sending it again changes nothing. */
  async submit(caller: Principal, feedback: SubmitMessageFeedback): Promise<StoredMessageFeedbackDto> {
    const entry = toEntry(caller, feedback);
    const stored = await this.writer.record(entry, { mayExist: feedback.id !== undefined });
    return toMessageFeedback(stored.entry);
  }

  /** Both lists as they were at one moment, so that a record whose type changes meanwhile is in one of them. */
  list({ workspaceId }: Principal, query: MessageFeedbackQuery): Promise<MessageFeedbackListDto> {
    const reading = async (em: EntityManager): Promise<MessageFeedbackListDto> => {
      const positive = await withScore(em, workspaceId, 1, query);
      const negative = await withScore(em, workspaceId, 0, query);
      return {
        positiveFeedbackCount: positive.count,
        negativeFeedbackCount: negative.count,
        positiveFeedback: positive.items,
        negativeFeedback: negative.items,
      };
    };
    const snapshot = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true };
    return this.turns.take(workspaceId, () => this.em.fork().transactional(reading, snapshot));
  }

  async get({ workspaceId }: Principal, externalId: string): Promise<ReadMessageFeedbackDto> {
    const entry = await this.em.fork().findOne(FeedbackEntry, { workspaceId, source: 'message', externalId });
    if (!entry) throw new NotFound('no such feedback');
    return asRead(toMessageFeedback(entry));
  }

  async remove({ workspaceId }: Principal, externalId: string): Promise<void> {
    const removed = await this.remover.remove(workspaceId, { source: 'message', externalId });
    if (!removed) throw new NotFound('no such feedback');
  }
}

async function withScore(
  em: EntityManager,
  workspaceId: string,
  score: number,
  { limit, offset }: MessageFeedbackQuery,
): Promise<{ count: number; items: ReadMessageFeedbackDto[] }> {
  const fitting = { workspaceId, source: 'message', score } as const;
  const page = { orderBy: { occurredAt: 'desc', id: 'desc' }, limit, offset } as const;
  const entries = await em.find(FeedbackEntry, fitting, page);
  return { count: await em.count(FeedbackEntry, fitting), items: entries.map((one) => asRead(toMessageFeedback(one))) };
}

function toEntry({ workspaceId, backdating }: Principal, feedback: SubmitMessageFeedback): NewEntry {
  const id = newUuid();
  return {
    ...blankEntry,
    workspaceId,
    id,
    source: 'message',
    externalId: feedback.id ?? id,
    instrument: 'message',
    scale: 'thumb',
    score: feedback.type === 'positive' ? 1 : 0,
    message: feedback.messageId,
    comment: feedback.details ?? null,
    reasons: feedback.reasons?.map(({ label, details }) => ({ label, details: details ?? '' })) ?? null,
    properties: feedback.properties ?? null,
    userProperties: feedback.userProperties ?? null,
    ...impliedBy(feedback),
    occurredAt: feedback.createdAt ? parseInstant(feedback.createdAt) : null,
    backdating,
  };
}

function toMessageFeedback(entry: Entry): StoredMessageFeedbackDto {
  return {
    id: entry.externalId!,
    type: entry.score === 1 ? 'positive' : 'negative',
    messageId: entry.message!,
    createdAt: entry.occurredAt,
    updatedAt: entry.updatedAt,
    reasons: entry.reasons,
    details: entry.comment,
    properties: entry.properties,
    userProperties: entry.userProperties,
    sources: entry.sources,
  };
}
