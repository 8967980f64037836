import { type DynamicModule, Module } from '@nestjs/common';
import { FeedbackModule } from '../feedback/feedback.module.js';
import { BotGuard, BotLimits, vendorLimits } from './bot.guard.js';
import { BotsController } from './bots.controller.js';
import { BotsService } from './bots.service.js';
import { SurveysController } from './surveys.controller.js';
import { SurveysService } from './surveys.service.js';

@Module({})
export class SurveysModule {
  /** @param limits `vendor`: each bot may be called only as often as the vendor allows */
  static forRoot(limits: 'off' | 'vendor'): DynamicModule {
    return {
      module: SurveysModule,
      imports: [FeedbackModule],
      controllers: [BotsController, SurveysController],
      providers: [
        BotGuard,
        BotsService,
        SurveysService,
        { provide: BotLimits, useValue: limits === 'vendor' ? vendorLimits : [] },
      ],
    };
  }
}
