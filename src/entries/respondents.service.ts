import type { Principal } from '#libs/access';
import type { PageQuery } from '#libs/validation';
import { NotFound } from '#libs/problem-details';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type EntryFilter, FeedbackReader } from '../feedback/feedback.reader.js';
import { FeedbackRemover } from '../feedback/feedback.remover.js';
import { Person } from '../feedback/person.entity.js';
import { respondentNamed } from '../feedback/respondent.js';
import type { ErasureDto, ProfileDto, RespondentDto } from './entries.dto.js';
import { shownMembers } from './entry.dto.js';

/** What is known of one person. */
@Injectable()
export class RespondentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly entries: FeedbackReader,
    private readonly remover: FeedbackRemover,
  ) {}

  /** @throws NotFound where there is neither a profile nor an entry */
  async get({ workspaceId }: Principal, id: string, page: PageQuery): Promise<RespondentDto> {
    const respondent = respondentNamed(id);
    if (respondent === null) throw new NotFound('no such respondent');
    const profile = await this.profileOf(workspaceId, respondent);
    const about = { about: respondent };
    const said = await this.entries.page('respondent', workspaceId, shownMembers, about, page);
    // An empty page after others means only that the list has become shorter.
    const isKnown = profile !== null || said.data.length > 0 || (await this.isNamed(workspaceId, about));
    if (!isKnown) throw new NotFound('no such respondent');
    return { respondent, profile, ...said };
  }

  private async isNamed(workspaceId: string, about: EntryFilter): Promise<boolean> {
    const { data } = await this.entries.page('respondent', workspaceId, ['id'], about, { limit: 1 });
    return data.length > 0;
  }

  async erase({ workspaceId }: Principal, id: string): Promise<ErasureDto> {
    const respondent = respondentNamed(id);
    return { erased: respondent === null ? 0 : await this.remover.erase(workspaceId, respondent) };
  }

  private async profileOf(workspaceId: string, respondent: string): Promise<ProfileDto | null> {
    const person = await this.em.fork().findOne(Person, { workspaceId, respondent });
    if (!person) return null;
    const { mobileNo, email, name, languageCode, customData, createdAt, updatedAt } = person;
    return { mobileNo, email, name, languageCode, customData, createdAt, updatedAt };
  }
}
