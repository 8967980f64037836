import { type DynamicModule, Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { BotGuard, BotLimits, vendorLimits } from './bot.guard.js';
import { BotsModule } from './bots.module.js';
import { SurveysController } from './surveys.controller.js';
import { SurveysService } from './surveys.service.js';

@Module({})
export class SurveysModule {
  /** @param limits `vendor`: each bot may be called only as often as the vendor allows */
  static forRoot(limits: 'off' | 'vendor'): DynamicModule {
    return {
      module: SurveysModule,
      imports: [BotsModule, FeedbackModule],
      controllers: [SurveysController],
      providers: [BotGuard, SurveysService, { provide: BotLimits, useValue: limits === 'vendor' ? vendorLimits : [] }],
    };
  }
}
