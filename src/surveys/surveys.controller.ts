import { Access } from '#libs/access';
import { jsonStream } from '#libs/json-stream';
import { Refuses } from '#libs/problem-details';
import { Body, Controller, HttpCode, Post, type StreamableFile, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { ReadAgain } from '../idempotency/repetition.decorators.js';
import { Bot, maxBotIdLength } from './bot.entity.js';
import { AddressedBot, BotGuard } from './bot.guard.js';
import { FindResponses, FoundResponsesDto, SavedFeedbackDto, SaveFeedback } from './surveys.dto.js';
import { UnknownBot } from './surveys.problems.js';
import { SurveysService } from './surveys.service.js';

@ApiTags('Surveys')
@ApiParam({
  name: 'botId',
  description: 'The bot or stream id.',
  schema: { type: 'string', minLength: 1, maxLength: maxBotIdLength },
})
@Refuses(UnknownBot)
@Controller(['api/public/bot/:botId', 'api/1.1/public/bot/:botId'])
@UseGuards(BotGuard)
export class SurveysController {
  constructor(private readonly surveys: SurveysService) {}

  /**
   * Saves what somebody answered to a survey. Two posts are two responses: sent again without an `Idempotency-Key`, it is
   * stored again. Ours: the key is honoured (another body under the same key is refused with 412), the score must be one
   * of its type, and errors are those of the vendor's gateway. `message` is what the person was shown: it is stored as
   * the prompt, and never taken for their own words.
   */
  @Post('saveFeedback')
  @Documented('saveSurveyFeedback', 'saveSurveyFeedbackV11')
  @HttpCode(200)
  @Access('jwt', 'feedback:write', { heedsLimit: true })
  save(@AddressedBot() bot: Bot, @Body() feedback: SaveFeedback): Promise<SavedFeedbackDto> {
    return this.surveys.save(bot, feedback);
  }

  /**
   * The responses that were saved for a bot in a span of time. Ours: at most 100 of them, 50 unless `limit` says
   * otherwise, newest first; whatever else is asked for is refused with 412. Sent again with an `Idempotency-Key`, they are
   * read again.
   */
  @Post('getFeedbackSurveyResponses')
  @Documented('findSurveyResponses', 'findSurveyResponsesV11')
  @HttpCode(200)
  @ReadAgain()
  @Access('jwt', 'feedback:read', { heedsLimit: true })
  @ApiOkResponse({ type: FoundResponsesDto })
  find(@AddressedBot() bot: Bot, @Body() wanted: FindResponses): StreamableFile {
    return jsonStream(this.surveys.find(bot, wanted));
  }
}
