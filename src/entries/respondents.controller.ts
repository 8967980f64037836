import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { maxRespondentLength } from '../feedback/respondent.js';
import { Documented } from '../openapi/documented.decorator.js';
import { ErasureDto, RespondentDto, RespondentQuery } from './entries.dto.js';
import { RespondentsService } from './respondents.service.js';

@ApiTags('Respondents')
@ApiParam({
  name: 'id',
  description: 'The respondent, percent-encoded, as the doors were told: a person’s id, an e-mail address.',
  schema: { type: 'string', minLength: 1, maxLength: maxRespondentLength, example: 'ann@example.com' },
})
@Controller('v1/respondents')
export class RespondentsController {
  constructor(private readonly respondents: RespondentsService) {}

  /** Everything that one person said, and the profile if there is one. Through whichever door; 404 where nothing is known of them. */
  @Get(':id')
  @Documented('getRespondent')
  @Access('api-key', 'feedback:read')
  @Refuses(NotFound)
  get(@Caller() caller: Principal, @Param('id') id: string, @Query() page: RespondentQuery): Promise<RespondentDto> {
    return this.respondents.get(caller, id, page);
  }

  /**
   * Erases everything that is known of a respondent. The receipt counts the profile, conversations, messages and entries;
   * windows and answers kept for an `Idempotency-Key` go with them. Of an unknown respondent 0 records are erased.
   * An erasure goes by one name: the `respondent` of entries, and the `userProperties.id` of those whose respondent is the
   * `userId`. Whoever is known by several names is erased by each of them.
   */
  @Delete(':id')
  @Documented('eraseRespondent')
  @Access('api-key', 'admin')
  erase(@Caller() caller: Principal, @Param('id') id: string): Promise<ErasureDto> {
    return this.respondents.erase(caller, id);
  }
}
