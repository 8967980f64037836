import type { Principal } from '#libs/access';
import type { PageQuery } from '#libs/json-body';
import { NotFound } from '#libs/problem-details';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { FeedbackRemover } from '../feedback/feedback.remover.js';
import { respondentNamed } from '../feedback/respondent.js';
import type { ErasureDto, ProfileDto, RespondentDto } from './reading.dto.js';
import { ReadingService } from './reading.service.js';

/** What is known of one person. */
@Injectable()
export class RespondentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly reading: ReadingService,
    private readonly remover: FeedbackRemover,
  ) {}

  /** @throws NotFound where there is neither a profile nor an entry */
  async get({ workspaceId }: Principal, id: string, page: PageQuery): Promise<RespondentDto> {
    const respondent = respondentNamed(id);
    if (respondent === null) throw new NotFound('no such respondent');
    const profile = await this.profileOf(workspaceId, respondent);
    const { data, nextCursor } = await this.reading.page(workspaceId, { respondent: [respondent] }, page);
    if (!profile && data.length === 0) throw new NotFound('no such respondent');
    return { respondent, profile, data, nextCursor };
  }

  async erase({ workspaceId }: Principal, id: string): Promise<ErasureDto> {
    const respondent = respondentNamed(id);
    return { erased: respondent === null ? 0 : await this.remover.erase(workspaceId, respondent) };
  }

  private async profileOf(workspaceId: string, respondent: string): Promise<ProfileDto | null> {
    const [profile] = await this.em.fork().execute<ProfileDto[]>(
      `select mobile_no as "mobileNo", email, name, language_code as "languageCode", custom_data as "customData",
         created_at as "createdAt", updated_at as "updatedAt"
       from person where workspace_id = ? and respondent = ?`,
      [workspaceId, respondent],
    );
    if (!profile) return null;
    const times = { createdAt: new Date(profile.createdAt), updatedAt: new Date(profile.updatedAt) };
    return Object.assign(profile, times);
  }
}
