import type { Principal } from '#libs/access';
import type { PageQuery } from '#libs/validation';
import { NotFound } from '#libs/problem-details';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { FeedbackRemover } from '../feedback/feedback.remover.js';
import { Person } from '../feedback/person.entity.js';
import { respondentNamed } from '../feedback/respondent.js';
import { EntriesRepository } from './entries.repository.js';
import type { ErasureDto, ProfileDto, RespondentDto } from './entries.dto.js';
import { EntriesService } from './entries.service.js';

/** What is known of one person. */
@Injectable()
export class RespondentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly entries: EntriesRepository,
    private readonly reading: EntriesService,
    private readonly remover: FeedbackRemover,
  ) {}

  /** @throws NotFound where there is neither a profile nor an entry */
  async get({ workspaceId }: Principal, id: string, page: PageQuery): Promise<RespondentDto> {
    const respondent = respondentNamed(id);
    if (respondent === null) throw new NotFound('no such respondent');
    const profile = await this.profileOf(workspaceId, respondent);
    const said = { about: respondent };
    const { data, nextCursor } = await this.reading.page('respondent', workspaceId, said, page);
    // An empty page behind others is the end of a list that has become shorter.
    const isKnown =
      profile !== null || data.length > 0 || (await this.entries.page(workspaceId, said, 1)).entries.length > 0;
    if (!isKnown) throw new NotFound('no such respondent');
    return { respondent, profile, data, nextCursor };
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
