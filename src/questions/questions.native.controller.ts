import { Access, Caller, type Principal } from '#libs/access';
import { NotFound, Refuses } from '#libs/problem-details';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { MadeAt } from '../openapi/made-at.decorator.js';
import { recordNumber } from '../departments/department.entity.js';
import { EntryDto } from '../entries/entry.dto.js';
import { AnswersService } from './answers.service.js';
import {
  CreateQuestion,
  criteriaOf,
  QuestionDto,
  NewAnswer,
  ChangeQuestion,
  QuestionPage,
  QuestionsQuery,
  toQuestionDto,
} from './questions.native.dto.js';
import { QuestionClosed } from './questions.problems.js';
import { QuestionsService } from './questions.service.js';

@ApiTags('Questions')
@ApiParam({
  name: 'id',
  description: 'The number of the question.',
  schema: { type: 'integer', minimum: 1, example: 38 },
})
@Controller('v1/questions')
export class QuestionsNativeController {
  constructor(
    private readonly questions: QuestionsService,
    private readonly answers: AnswersService,
  ) {}

  /** The questions of the workspace that fit every filter, newest first. A filter given several times means any of its values. */
  @Get()
  @Documented('listQuestions')
  @Access('api-key', 'questions:read')
  async list(@Caller() caller: Principal, @Query() query: QuestionsQuery): Promise<QuestionPage> {
    const { data, nextCursor } = await this.questions.page(caller, criteriaOf(query), query);
    return { data: data.map(toQuestionDto), nextCursor };
  }

  /** One question. Whichever API it was made with. */
  @Get(':id')
  @Documented('getQuestion')
  @Refuses(NotFound)
  @Access('api-key', 'questions:read')
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<QuestionDto> {
    return toQuestionDto(await this.questions.get(caller, id));
  }

  /**
   * Adds a question. Names match in either spelling, whatever their case; the answer has the spelling of this API. Sent
   * again without an `Idempotency-Key`, it is stored again.
   */
  @Post()
  @Documented('addQuestion')
  @Access('api-key', 'questions:write')
  @MadeAt('/v1/questions')
  async add(@Caller() caller: Principal, @Body() question: CreateQuestion): Promise<QuestionDto> {
    return toQuestionDto(await this.questions.add(caller, question));
  }

  /** Changes a question. What is absent stays as it is. Answers that were given before keep what was asked then. */
  @Patch(':id')
  @Documented('changeQuestion')
  @Refuses(NotFound)
  @Access('api-key', 'questions:write')
  async change(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Body() change: ChangeQuestion,
  ): Promise<QuestionDto> {
    return toQuestionDto(await this.questions.change(caller, id, change));
  }

  /** Deletes a question. Its answers stay. */
  @Delete(':id')
  @Documented('removeQuestion')
  @Refuses(NotFound)
  @HttpCode(204)
  @Access('api-key', 'questions:write')
  remove(@Caller() caller: Principal, @Param('id') id: string): Promise<void> {
    return this.questions.remove(caller, recordNumber(id));
  }

  /**
   * Records an answer, with the question's text and options as they are now. What a rating's score means is told by its
   * values and by nothing else: 0 and 1, or −1 and 1, are `thumb`; 1 to 5, or a part of it that has 5, `rating`; 1 to 3,
   * 4, 6, 7 or 10 `rating3` and so on; 0 to 10 `nps`; anything else is a `choice`. An answer that says nothing is refused,
   * in the question's `error_message` where it is required. A disabled question takes answers for a day, for whoever was
   * shown it before; then 409. Sent again without an `Idempotency-Key`, an answer is stored again.
   */
  @Post(':id/answers')
  @Documented('answerQuestion')
  @Refuses(NotFound, QuestionClosed)
  @Access('api-key', 'feedback:write')
  @MadeAt('/v1/feedback')
  answer(@Caller() caller: Principal, @Param('id') id: string, @Body() answer: NewAnswer): Promise<EntryDto> {
    return this.answers.answer(caller, id, answer);
  }
}
