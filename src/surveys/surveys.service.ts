import { newUuid } from '#libs/ids';
import { jsonArray } from '#libs/json-stream';
import { parseInstant } from '#libs/validation';
import { ReadingTurns } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { FeedbackEntry } from '../feedback/feedback-entry.entity.js';
import { type Scale } from '../feedback/scale.js';
import { FeedbackReader } from '../feedback/feedback.reader.js';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import { respondentNamed } from '../feedback/respondent.js';
import { blankEntry, type Entry, type NewEntry, recordingSecond } from '../feedback/submission.js';
import { Bot } from './bot.entity.js';
import {
  FindResponses,
  SavedFeedbackDto,
  SaveFeedback,
  scaleOf,
  SurveyResponseDto,
  type SurveyType,
} from './surveys.dto.js';

/** The vendor has another word for THUMB where responses are read. */
const typeOf: Partial<Record<Scale, SurveyResponseDto['surveyType']>> = {
  thumb: 'Like/Dislike',
  nps: 'NPS',
  csat: 'CSAT',
};

/** What is shown of a response. */
const shownMembers = [
  'externalId',
  'instrument',
  'scale',
  'respondent',
  'channel',
  'language',
  'score',
  'comment',
  'recordedAt',
] as const;

/** Scores of named surveys, in the words of the Kore.ai public API. */
@Injectable()
export class SurveysService {
  constructor(
    private readonly writer: FeedbackWriter,
    private readonly em: EntityManager,
    private readonly turns: ReadingTurns,
    private readonly entries: FeedbackReader,
  ) {}

  /** Records a response. There is no duplicate rule: sent again, it is another one. */
  async save(bot: Bot, feedback: SaveFeedback): Promise<SavedFeedbackDto> {
    const { entry: stored } = await this.writer.record(toEntry(bot, feedback));
    return toSaved(stored, bot, feedback.type);
  }

  /** The responses of one bot, a page of them and their number. They are read while the client takes those before them. */
  async *find(bot: Bot, { filters, sort, limit, skip }: FindResponses): AsyncGenerator<string> {
    const order = sort?.order ?? 'desc';
    const offset = skip ?? 0;
    const matching = {
      workspaceId: bot.workspaceId,
      bot: bot.id,
      source: 'survey',
      recordedAt: { $gte: parseInstant(filters.from), $lt: parseInstant(filters.to) },
      ...(filters.channel?.length && { channel: { $in: filters.channel } }),
    } as const;
    const orderBy = { recordedAt: order, externalId: order };
    const page = { fields: ['id'], orderBy, limit: limit ?? 50, offset } as const;
    const [rows, totalCount] = await this.turns.take(bot.workspaceId, () =>
      this.em.fork().findAndCount(FeedbackEntry, matching, page),
    );
    const ids = rows.map(({ id }) => id);
    yield `{"moreAvailable":${offset + ids.length < totalCount},"totalCount":${totalCount},"result":`;
    yield* jsonArray(this.read(bot, ids));
    yield '}';
  }

  private async *read(bot: Bot, ids: string[]): AsyncGenerator<SurveyResponseDto[]> {
    for await (const entries of this.entries.inParts(bot.workspaceId, shownMembers, ids))
      yield entries.map((entry) => toResponse(entry, bot));
  }
}

function toEntry({ workspaceId, id: bot }: Bot, feedback: SaveFeedback): NewEntry {
  const id = newUuid();
  return {
    ...blankEntry,
    workspaceId,
    id,
    source: 'survey',
    externalId: objectId(id),
    instrument: feedback.name,
    scale: scaleOf[feedback.type],
    score: feedback.score,
    respondent: respondentNamed(feedback.channelUId),
    channel: feedback.channel,
    language: feedback.language,
    bot,
    prompt: feedback.message,
  };
}

/** As MongoDB makes them: the second in eight hex digits, then what tells it from the others of that second. */
function objectId(uuid: string): string {
  return recordingSecond + uuid.replaceAll('-', '').slice(-16);
}

function toSaved(entry: Entry, { orgId, accountId, userId }: Bot, type: SurveyType): SavedFeedbackDto {
  return {
    botId: entry.bot!,
    channel: entry.channel!,
    language: entry.language!,
    score: entry.score!,
    timestamp: entry.recordedAt,
    createdOn: entry.recordedAt,
    timestampValue: entry.recordedAt.getTime(),
    type,
    name: entry.instrument,
    channelUId: entry.respondent!,
    orgId,
    accountId,
    userId,
    _id: entry.externalId!,
    __v: 0,
  };
}

function toResponse(entry: Pick<Entry, (typeof shownMembers)[number]>, { userId }: Bot): SurveyResponseDto {
  return {
    _id: entry.externalId!,
    surveyName: entry.instrument,
    surveyType: typeOf[entry.scale]!,
    userId,
    channelUId: entry.respondent!,
    sessionId: null,
    channel: entry.channel!,
    language: entry.language!,
    score: entry.score!,
    comments: entry.comment,
    timestamp: entry.recordedAt,
  };
}
