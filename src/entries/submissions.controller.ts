import { Access, Caller, type Principal } from '#libs/access';
import type { LinesConfig } from '#libs/json-body';
import { failedRequest } from '#libs/problem-details';
import { Body, Controller, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { BatchService } from './batch.service.js';
import { EntryDto, toEntryDto } from './entry.dto.js';
import { SubmissionsService } from './submissions.service.js';
import { SubmitFeedback } from './submit.dto.js';

const maxBatchBytes = 8_388_608;

@ApiTags('Feedback')
@Controller('v1/feedback')
export class SubmissionsController {
  constructor(
    private readonly submissions: SubmissionsService,
    private readonly batches: BatchService,
  ) {}

  /**
   * Stores what somebody said. With an `externalId` it can be sent again safely: the same content changes nothing, other
   * content replaces the entry as a whole, and the answer is then 200. Without one, and without an `Idempotency-Key`, a
   * repetition after an error may be stored twice. What the scale needs is required: a `score`, the `options` of a
   * `choice`, the `comment` of a `text`.
   */
  @Post()
  @Documented('submitFeedback')
  @MadeAt('/v1/feedback')
  @Access('api-key', 'feedback:write')
  @ApiCreatedResponse({ description: 'It is stored', type: EntryDto })
  @ApiOkResponse({ description: 'The entry of this `externalId`, as it is now', type: EntryDto })
  async submit(
    @Caller() caller: Principal,
    @Body() feedback: SubmitFeedback,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EntryDto> {
    const { kind, entry } = await this.submissions.submit(caller, feedback);
    if (kind !== 'recorded') void reply.code(200);
    return toEntryDto(entry);
  }

  /**
   * Stores many entries, one JSON object a line. Each line is answered by a line, in the same order, and has the members
   * and limits of a single submission: what is wrong is refused alone, and a line that is answered as `recorded`,
   * `updated` or `unchanged` is durable. A line that `failed` was not stored and can be sent again. At most 10,000 lines
   * and 8 MiB; every 100 lines cost one request of the budget. Not for credentials with `origins`.
   *
   * Earlier data comes home with the scope `admin`: a line may name the `source` that it was collected by, and then has
   * the members of such an entry as an export has them, but for its `id` and the times of recording, within the limits of
   * that door. A question or a bot need not be there any more, and no window is claimed. `countedAt` says when a line
   * counts, which must not lie in the future; otherwise that follows from `occurredAt`. null is as good as absent.
   */
  @Post('batch')
  @HttpCode(200)
  @Documented('submitFeedbackBatch')
  @Access('api-key', 'feedback:write')
  @RouteConfig({ lines: { maxBytes: maxBatchBytes } satisfies LinesConfig })
  @ApiConsumes('application/x-ndjson')
  @ApiBody({ required: true, schema: { type: 'string', maxLength: maxBatchBytes } })
  @ApiOkResponse({
    description: 'What became of each line',
    content: { 'application/x-ndjson': { schema: { type: 'string' } } },
  })
  @Header('content-type', 'application/x-ndjson; charset=utf-8')
  submitBatch(@Caller() caller: Principal, @Req() request: FastifyRequest): Promise<string> {
    return this.batches.submit(caller, (request.body as Buffer | undefined) ?? Buffer.alloc(0), failedRequest(request));
  }
}
