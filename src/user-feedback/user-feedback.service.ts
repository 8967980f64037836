import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { DatabaseClock, Transactions } from '#libs/persistence';
import { LockMode } from '@mikro-orm/core';
import { Inject, Injectable } from '@nestjs/common';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import { joinConversation } from '../feedback/conversation.js';
import { Message } from '../feedback/message.entity.js';
import { Person } from '../feedback/person.entity.js';
import { blankEntry, type NewEntry, type WindowRule } from '../feedback/submission.js';
import { answerAbout } from '../idempotency/answer-about.js';
import {
  FeedbackLoggedDto,
  LogFeedback,
  LoggedMessageDto,
  LogMessage,
  personNamed,
  RegisterUser,
  UserDto,
} from './user-feedback.dto.js';
import { DuplicateFeedback, type HaptikTexts, NoActiveConversation, UnknownUser } from './user-feedback.problems.js';

export interface UserFeedbackOptions {
  window: WindowRule;
  texts: HaptikTexts;
}
export const UserFeedbackOptions = Symbol('UserFeedbackOptions');

type Profile = Pick<Person, 'mobileNo' | 'email' | 'name' | 'languageCode' | 'customData'>;
const unknownProfile: Profile = { mobileNo: null, email: null, name: null, languageCode: null, customData: null };

/** People, what they say to a business, and how they rate it once an hour, in the words of Haptik's API. */
@Injectable()
export class UserFeedbackService {
  constructor(
    private readonly writer: FeedbackWriter,
    private readonly transactions: Transactions,
    private readonly clock: DatabaseClock,
    @Inject(UserFeedbackOptions) private readonly options: UserFeedbackOptions,
  ) {}

  /** Registers the person, or updates them where they are known. */
  async register({ workspaceId }: Principal, user: RegisterUser): Promise<UserDto> {
    const respondent = personNamed(user.auth_id)!;
    const profile = profileOf(user);
    const sent = Object.keys(profile) as (keyof Profile)[];
    return this.transactions.run(async ({ em, now }) => {
      answerAbout({ respondent });
      const person = { ...unknownProfile, ...profile, workspaceId, respondent, createdAt: now, updatedAt: now };
      await em.upsert(Person, person, { onConflictMergeFields: [...sent, 'updatedAt'] });
      return toUser(user.auth_id, await em.findOneOrFail(Person, { workspaceId, respondent }, { refresh: true }));
    });
  }

  /** @throws UnknownUser */
  async update({ workspaceId }: Principal, user: RegisterUser): Promise<UserDto> {
    const respondent = personNamed(user.auth_id)!;
    return this.transactions.run(async ({ em, now }) => {
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
      const person = await em.findOne(Person, { workspaceId, respondent }, lock);
      if (!person) throw new UnknownUser(this.options.texts);
      Object.assign(person, profileOf(user), { updatedAt: now });
      return toUser(user.auth_id, person);
    });
  }

  /**
   * Stores the message, and with it opens or prolongs the conversation of that person with that business.
   * @throws UnknownUser with the text of 2020, which this operation always had
   */
  async logMessage({ workspaceId }: Principal, message: LogMessage): Promise<LoggedMessageDto> {
    const respondent = personNamed(message.user.auth_id)!;
    const parties = { workspaceId, respondent, business: String(message.business_id) };
    return this.transactions.run(async (transaction) => {
      const conversation = await joinConversation(transaction, parties, this.options.window.conversationTtl);
      if (conversation === null) throw new UnknownUser('2020');
      const logged = transaction.em.create(Message, {
        workspaceId,
        respondent,
        conversation,
        body: message.message_body,
        type: message.message_type,
        createdAt: transaction.now,
      });
      await transaction.em.flush();
      answerAbout({ respondent });
      return toLoggedMessage(logged);
    });
  }

  /**
   * Records the feedback of a registered person on their active conversation, the first within the window.
   * @throws DuplicateFeedback, UnknownUser, NoActiveConversation, in this order
   */
  async logFeedback({ workspaceId }: Principal, feedback: LogFeedback): Promise<FeedbackLoggedDto> {
    const outcome = await this.writer.recordOnce(toEntry(workspaceId, feedback), this.options.window);
    if (outcome.kind === 'duplicate') throw new DuplicateFeedback(this.secondsUntil(outcome.closesAt));
    if (outcome.kind === 'unknown person') throw new UnknownUser(this.options.texts);
    if (outcome.kind === 'no conversation') throw new NoActiveConversation();
    return { success: true };
  }

  /** Our estimate of the database's clock is late, so a window that was just opened seems to be longer than it is. */
  private secondsUntil(closesAt: Date): number {
    const left = closesAt.getTime() - this.clock.now().getTime();
    const { length } = this.options.window;
    // A window that is much longer was opened under another setting.
    const known = left > length && left < length + 1_000 ? length : left;
    return Math.max(1, Math.ceil(known / 1_000));
  }
}

/** What was sent of a profile. */
function profileOf(user: RegisterUser): Partial<Profile> {
  const { mobile_no: mobileNo, email, name, language_code: languageCode, custom_data: customData } = user;
  const members = Object.entries({ mobileNo, email, name, languageCode, customData });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function toUser(authId: string, { mobileNo, email, name }: Person): UserDto {
  return { auth_id: authId, mobile_no: mobileNo, email, name };
}

function toLoggedMessage({ id, body, createdAt, type }: Message): LoggedMessageDto {
  return { message_id: id, message_body: body, created_at: createdAt, message_type: type };
}

function toEntry(workspaceId: string, feedback: LogFeedback): NewEntry {
  return {
    ...blankEntry,
    workspaceId,
    id: newUuid(),
    source: 'conversation',
    instrument: 'conversation',
    scale: 'rating',
    score: feedback.query_rating,
    resolved: feedback.query_resolved,
    respondent: personNamed(feedback.auth_id),
    channel: String(feedback.business_id),
    comment: feedback.feedback || null,
  };
}
