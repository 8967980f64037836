import { Access, Caller, type Principal } from '#libs/access';
import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Idempotent } from '../idempotency/idempotency.decorator.js';
import { Documented } from '../openapi/documented.decorator.js';
import { feedbackChapter } from './entries.chapter.js';
import { EntryDto, toEntryDto } from './entry.dto.js';
import { examples } from './submissions.examples.js';
import { SubmissionsService } from './submissions.service.js';
import { SubmitFeedback } from './submit.dto.js';

@ApiTags(feedbackChapter.name)
@Controller('v1/feedback')
export class SubmissionsController {
  constructor(private readonly submissions: SubmissionsService) {}

  /**
   * Stores what somebody said. With an `externalId` it can be sent again safely: the same content changes nothing, other
   * content replaces the entry as a whole, and the answer is then 200. Without one, and without an `Idempotency-Key`, a
   * repetition after an error may be stored twice. What the scale needs is required: a `score`, the `options` of a
   * `choice`, the `comment` of a `text`.
   */
  @Post()
  @Documented('submitFeedback', examples.submit)
  @Idempotent()
  @Access('api-key', 'feedback:write')
  @ApiBody({ type: SubmitFeedback, examples: examples.scales })
  @ApiCreatedResponse({ description: 'It is stored', type: EntryDto })
  @ApiOkResponse({ description: 'The entry of this `externalId`, as it is now', type: EntryDto })
  async submit(
    @Caller() caller: Principal,
    @Body() feedback: SubmitFeedback,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EntryDto> {
    const { kind, entry } = await this.submissions.submit(caller, feedback);
    if (kind === 'recorded') void reply.header('location', `/v1/feedback/${entry.id}`);
    else void reply.code(200);
    return toEntryDto(entry);
  }
}
