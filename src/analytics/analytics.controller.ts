import { Access, Caller, type Principal } from '#libs/access';
import { Controller, Get, Query } from '@nestjs/common';
import { Refuses } from '#libs/problem-details';
import { ApiTags } from '@nestjs/swagger';
import { Documented } from '../openapi/documented.decorator.js';
import { BreakdownDto, CommentPage, InstrumentsDto, SidesDto, SummaryDto, TimelineDto } from './analytics.dto.js';
import { BreakdownQuery, InstrumentsQuery, SummaryQuery, TextQuery, TimelineQuery } from './analytics.query.dto.js';
import { NotCountedApart } from './analytics.problems.js';
import { AnalyticsService } from './analytics.service.js';
import { ComparisonQuery } from './comparison.query.dto.js';

@ApiTags('Analytics')
@Controller('v1/analytics')
@Access('api-key', 'analytics:read')
export class AnalyticsController {
  constructor(private readonly analytics: AnalyticsService) {}

  /**
   * One score, and how it differs from the period before. The filters must leave one source, instrument and scale, or 422
   * names those that there are. Every score has its confidence interval; the verdict on a change is only given where both
   * periods have `minN` answers.
   */
  @Get('summary')
  @Refuses(NotCountedApart)
  @Documented('getAnalyticsSummary')
  summary(@Caller() caller: Principal, @Query() query: SummaryQuery): Promise<SummaryDto> {
    return this.analytics.summary(caller, query);
  }

  /**
   * The score in every hour, day, week or month. By the wall clock of the time zone, weeks from Monday, without a gap, at
   * most 2,000 of them. The filters must leave one source, instrument and scale, or 422 names those that there are.
   */
  @Get('timeline')
  @Refuses(NotCountedApart)
  @Documented('getAnalyticsTimeline')
  timeline(@Caller() caller: Principal, @Query() query: TimelineQuery): Promise<TimelineDto> {
    return this.analytics.timeline(caller, query);
  }

  /**
   * The score of every group, each compared with all others together. The comparisons are corrected for their number. With
   * `from` they hold however often somebody looks; without it the period slides, and they hold for one look. The
   * filters must leave one source, instrument and scale (only one scale, by `instrument` or `source`), or 422 names those
   * that there are.
   */
  @Get('breakdown')
  @Refuses(NotCountedApart)
  @Documented('getAnalyticsBreakdown')
  breakdown(@Caller() caller: Principal, @Query() query: BreakdownQuery): Promise<BreakdownDto> {
    return this.analytics.breakdown(caller, query);
  }

  /**
   * Whether two sides differ, such as a channel from another one, or what came before a moment from what came since. What it
   * says holds however often somebody looks: of scores that never change, at most one in twenty is ever called `higher` or
   * `lower`. Both sides begin where they are told to, or with the first answer, so that nothing slides. The filters must
   * leave one source, instrument and scale, or 422 names those that there are.
   */
  @Get('comparison')
  @Refuses(NotCountedApart)
  @Documented('getAnalyticsComparison')
  comparison(@Caller() caller: Principal, @Query() query: ComparisonQuery): Promise<SidesDto> {
    return this.analytics.comparison(caller, query);
  }

  /** Everything that there are answers to. What the other operations can be asked about. */
  @Get('instruments')
  @Refuses(NotCountedApart)
  @Documented('listInstruments')
  instruments(@Caller() caller: Principal, @Query() query: InstrumentsQuery): Promise<InstrumentsDto> {
    return this.analytics.instruments(caller, query);
  }

  /** What people said in words, in a comment or as the details of a reason, newest first. By the time at which they count (`countedAt`). */
  @Get('text')
  @Documented('listTexts')
  text(@Caller() caller: Principal, @Query() query: TextQuery): Promise<CommentPage> {
    return this.analytics.text(caller, query);
  }
}
