import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Patch,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Documented } from '../openapi/documented.decorator.js';
import { EntryDto } from './entry.dto.js';
import { acceptsGzip, gzipped } from './gzip.js';
import { formats } from './export.format.js';
import { ExportQuery, FeedbackPage, FeedbackQuery, ReviewFeedback } from './entries.dto.js';
import { EntriesService } from './entries.service.js';

/** The two kinds of file, by their first lines. */
const exported = {
  'text/csv': {
    schema: { type: 'string' as const },
    example:
      'id,source,externalId,instrument,scale,score,resolved,…\r\n019c1382-7a00-7cc3-98c4-dc0c0c07398f,message,fb-1,message,thumb,1,,…\r\n',
  },
  'application/x-ndjson': {
    schema: { type: 'string' as const },
    example: '{"id":"019c1382-7a00-7cc3-98c4-dc0c0c07398f","source":"message","externalId":"fb-1",…}\n',
  },
};

@ApiTags('Feedback')
@ApiParam({
  name: 'id',
  description: 'The id of the entry.',
  schema: { type: 'string', format: 'uuid', example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f' },
})
@Controller('v1/feedback')
export class EntriesController {
  constructor(private readonly reading: EntriesService) {}

  /**
   * What came through all doors, newest first. By (`countedAt`, `id`). Filters are combined with and; one that is given
   * several times means any of its values. A page with very long entries may be shorter than `limit`.
   */
  @Get()
  @Documented('listFeedback')
  @Access('api-key', 'feedback:read')
  list(@Caller() caller: Principal, @Query() query: FeedbackQuery): Promise<FeedbackPage> {
    return this.reading.list(caller, query);
  }

  /**
   * The same entries as one file. In CSV, a text that begins with = + - @, tab or CR and is no number has an apostrophe
   * before it, lest a spreadsheet run it as a formula, and so has one that begins with an apostrophe; null is an empty
   * cell, an empty text `""`. NDJSON has everything as it was sent. What is recorded after the beginning is not in the
   * file; what is deleted or given another `countedAt` meanwhile may be missing. Compressed if the client accepts gzip.
   */
  @Get('export')
  @Documented('exportFeedback')
  @Access('api-key', 'feedback:read')
  @ApiOkResponse({ description: 'The file, streamed', content: exported })
  @Header('vary', 'Accept-Encoding')
  async export(
    @Caller() caller: Principal,
    @Query() query: ExportQuery,
    @Headers('accept-encoding') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const file = await this.reading.export(caller, query);
    const isGzip = acceptsGzip(accepted);
    if (isGzip) void reply.header('content-encoding', 'gzip');
    return new StreamableFile(isGzip ? gzipped(file) : file, {
      type: formats[query.format].contentType,
      disposition: `attachment; filename="feedback.${query.format}"`,
    });
  }

  /** One entry. Of whichever door. */
  @Get(':id')
  @Documented('getFeedback')
  @Access('api-key', 'feedback:read')
  @Refuses(NotFound)
  get(@Caller() caller: Principal, @Param('id') id: string): Promise<EntryDto> {
    return this.reading.get(caller, id);
  }

  /**
   * Notes how far a team is with an entry. Who noted it and when is kept with it. Nothing else of the entry changes, nor do
   * counts; when its client sends it again, state and note stay.
   */
  @Patch(':id')
  @Documented('reviewFeedback')
  @Access('api-key', 'feedback:review')
  @Refuses(NotFound)
  review(@Caller() caller: Principal, @Param('id') id: string, @Body() review: ReviewFeedback): Promise<EntryDto> {
    return this.reading.review(caller, id, review);
  }

  /** Deletes an entry. The window that it opened goes with it, so that the person may speak again. */
  @Delete(':id')
  @Documented('removeFeedback')
  @HttpCode(204)
  @Access('api-key', 'feedback:write')
  @ApiNoContentResponse({ description: 'It is deleted' })
  @Refuses(NotFound)
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.reading.remove(caller, id);
  }
}
