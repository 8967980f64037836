import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { jsonArray } from '#libs/json-stream';
import { parseInstant } from '#libs/validation';
import { ReadingTurns } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { FeedbackEntry } from '../feedback/feedback-entry.entity.js';
import { FeedbackReader } from '../feedback/feedback.reader.js';
import { FeedbackRemover } from '../feedback/feedback.remover.js';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import type { Entry, NewEntry } from '../feedback/submission.js';
import { blankEntry } from '../feedback/submission.js';
import { impliedBy } from './implied.js';
import { StoredMessageFeedbackDto, SubmitMessageFeedback } from './message-feedback.dto.js';
import { asRead, type MessageFeedbackQuery, type ReadMessageFeedbackDto } from './message-feedback.reading.dto.js';

/** What is shown of an entry. */
const shownMembers = [
  'externalId',
  'score',
  'message',
  'occurredAt',
  'updatedAt',
  'reasons',
  'comment',
  'properties',
  'userProperties',
  'sources',
] as const;

type Shown = Pick<Entry, (typeof shownMembers)[number]>;

/** Those of one page of one list, and how many there are in all. */
interface Found {
  score: number;
  count: number;
  first: Shown[];
  /** The ids of those behind them. */
  left: string[];
}

/** Positive or negative on one message of an agent, in the words of the Inkeep feedback API. */
@Injectable()
export class MessageFeedbackService {
  constructor(
    private readonly writer: FeedbackWriter,
    private readonly remover: FeedbackRemover,
    private readonly em: EntityManager,
    private readonly turns: ReadingTurns,
    private readonly entries: FeedbackReader,
  ) {}

  /** Records the feedback, or brings the one with its `id` to this state. Sending it again changes nothing. */
  async submit(caller: Principal, feedback: SubmitMessageFeedback): Promise<StoredMessageFeedbackDto> {
    const entry = toEntry(caller, feedback);
    const stored = await this.writer.record(entry, { mayExist: feedback.id !== undefined });
    return toMessageFeedback(stored.entry);
  }

  /**
   * Both lists as they were at one moment, so that a record whose type changes meanwhile is in one of them. Of what is too
   * long to be read at once, the rest is read while the client takes the beginning: what is deleted meanwhile is missing.
   */
  async *list({ workspaceId }: Principal, query: MessageFeedbackQuery): AsyncGenerator<string> {
    const reading = async (em: EntityManager): Promise<[Found, Found]> => [
      await this.withScore(em, workspaceId, 1, query),
      await this.withScore(em, workspaceId, 0, query),
    ];
    const snapshot = { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true };
    const [positive, negative] = await this.turns.take(workspaceId, () =>
      this.em.fork().transactional(reading, snapshot),
    );
    yield `{"positiveFeedbackCount":${positive.count},"negativeFeedbackCount":${negative.count},"positiveFeedback":`;
    yield* jsonArray(this.read(workspaceId, positive));
    yield ',"negativeFeedback":';
    yield* jsonArray(this.read(workspaceId, negative));
    yield '}';
  }

  private async withScore(
    em: EntityManager,
    workspaceId: string,
    score: number,
    { limit, offset }: MessageFeedbackQuery,
  ): Promise<Found> {
    const fitting = { workspaceId, source: 'message', score } as const;
    const page = { fields: ['id'], orderBy: { occurredAt: 'desc', id: 'desc' }, limit, offset } as const;
    const ids = (await em.find(FeedbackEntry, fitting, page)).map(({ id }) => id);
    const first = await this.entries.partOf(em.getKysely(), workspaceId, shownMembers, ids);
    return { score, count: await em.count(FeedbackEntry, fitting), first, left: ids.slice(first.length) };
  }

  private async *read(workspaceId: string, { score, first, left }: Found): AsyncGenerator<ReadMessageFeedbackDto[]> {
    const asListed = (entry: Shown): ReadMessageFeedbackDto => asRead(toMessageFeedback({ ...entry, score }));
    yield first.map(asListed);
    for await (const part of this.entries.inParts(workspaceId, shownMembers, left)) yield part.map(asListed);
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

function toMessageFeedback(entry: Shown): StoredMessageFeedbackDto {
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
