import { Access, Caller, type Principal } from '#libs/access';
import { jsonArray, jsonStream } from '#libs/json-stream';
import { enumSchema } from '#libs/validation';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { DepartmentsService } from '../departments/departments.service.js';
import {
  AddAcquireQuestion,
  AcquireQuestionAnswer,
  AcquireQuestionDeleted,
  AcquireQuestionsAnswer,
  QuestionToDelete,
  SelectedAcquireQuestionAnswer,
  toAcquireQuestionDto,
  UpdateAcquireQuestion,
} from './questions.dto.js';
import { type ListQuery, questionMembers, type RawQuery, readListQuery, readSelectQuery } from './questions.query.js';
import { QuestionsService } from './questions.service.js';

const ApiSelect = () =>
  ApiQuery({
    name: 'select',
    required: false,
    description: 'The only members to answer with.',
    schema: { type: 'array', items: enumSchema(questionMembers) },
  });

/** Questions in the words of Acquire. */
@ApiTags('Questions (Acquire)')
@ApiParam({
  name: 'id',
  description: 'The number of the question.',
  schema: { type: 'integer', minimum: 1, example: 37 },
})
@Controller('api/v1/crm/feedback')
export class QuestionsController {
  constructor(
    private readonly questions: QuestionsService,
    private readonly departments: DepartmentsService,
  ) {}

  /**
   * All questions that fit, by id unless `order` says otherwise, with every department of the workspace. `search` is a
   * part of the question, whatever its case. Ours: `where` and `order` are JSON or in brackets; a name that they or
   * `select` do not know is refused.
   */
  @Get()
  @Documented('listAcquireQuestions')
  @Access('api-key', 'questions:read')
  @ApiQuery({
    name: 'order',
    required: false,
    type: String,
    description: 'A JSON object of attributes and `ASC` or `DESC`, `{"id":"DESC"}`, or `order[id]=DESC`.',
  })
  @ApiQuery({
    name: 'where',
    required: false,
    type: String,
    description:
      'A JSON object, `{"search":"How"}`, or `where[search]=How`, of search, id, type, status, departments, channels.',
  })
  @ApiSelect()
  @ApiOkResponse({ type: AcquireQuestionsAnswer })
  list(@Caller() caller: Principal, @Query() query: RawQuery): StreamableFile {
    return jsonStream(this.all(caller, readListQuery(query)));
  }

  private async *all(caller: Principal, { where, order, select }: ListQuery): AsyncGenerator<string> {
    const ids = await this.questions.ids(caller, where, order);
    yield `{"data":{"count":${ids.length},"departmentList":{"list":`;
    yield* jsonArray(mapped(this.departments.inParts(caller), ({ id, name }) => ({ id, name })));
    yield ',"success":"true"},"data":';
    yield* jsonArray(mapped(this.questions.inParts(caller, ids), (question) => toAcquireQuestionDto(question, select)));
    yield '}}';
  }

  /** One question. Or those of its members that `select` names. */
  @Get(':id')
  @Documented('getAcquireQuestion')
  @Refuses(NotFound)
  @Access('api-key', 'questions:read')
  @ApiSelect()
  async get(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() query: RawQuery,
  ): Promise<SelectedAcquireQuestionAnswer> {
    const select = readSelectQuery(query);
    return { data: toAcquireQuestionDto(await this.questions.get(caller, id), select) };
  }

  /**
   * Adds a question. All members are required. Names match in either of the vendor's spellings, whatever their case; the
   * answer has the spelling of this door. Ours: repeats in lists are dropped, an array as `config` is taken as its
   * `values`, and a question of choices must list them, no two with the same value. A department that the workspace does
   * not have is refused. Sent again without an `Idempotency-Key`, it is stored again.
   */
  @Post()
  @Documented('addAcquireQuestion')
  @HttpCode(200)
  @Access('api-key', 'questions:write')
  async add(@Caller() caller: Principal, @Body() question: AddAcquireQuestion): Promise<AcquireQuestionAnswer> {
    return { data: toAcquireQuestionDto(await this.questions.add(caller, question)) };
  }

  /** Updates a question. What is absent stays as it is; only `question` must be there. The question as a whole must then be valid. */
  @Put(':id')
  @Documented('updateAcquireQuestion')
  @Refuses(NotFound)
  @Access('api-key', 'questions:write')
  async update(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() change: UpdateAcquireQuestion,
  ): Promise<AcquireQuestionAnswer> {
    return { data: toAcquireQuestionDto(await this.questions.update(caller, id, change)) };
  }

  /** Deletes a question. Its answers stay. Ours: 404 for one that there is not, where the vendor also names 400. */
  @Delete()
  @Documented('removeAcquireQuestion')
  @Refuses(NotFound)
  @Access('api-key', 'questions:write')
  async remove(@Caller() caller: Principal, @Query() { id }: QuestionToDelete): Promise<AcquireQuestionDeleted> {
    await this.questions.remove(caller, id);
    return { data: { deleted: 1 } };
  }
}

async function* mapped<T>(parts: AsyncIterable<T[]>, map: (item: T) => unknown): AsyncGenerator<unknown[]> {
  for await (const part of parts) yield part.map(map);
}
