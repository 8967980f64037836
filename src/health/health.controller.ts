import { Public } from '#libs/access';
import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Registry } from '@prometheus-io/client';
import type { FastifyReply } from 'fastify';
import { Documented } from '../openapi/documented.decorator.js';
import { LivenessDto, ReadinessDto } from './health.dto.js';
import { HealthService } from './health.service.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('Health')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly metrics: MetricsService,
  ) {}

  /** Whether the process runs. Nothing else is looked at. */
  @Get('livez')
  @Documented('getLiveness')
  livez(): LivenessDto {
    return this.health.liveness();
  }

  /**
   * Whether requests can be served. The database answers and has room on its disk, bodies and answers find room in memory,
   * and the server is not stopping; 503 if not.
   */
  @Get('readyz')
  @Documented('getReadiness')
  @ApiOkResponse({ type: ReadinessDto })
  @ApiServiceUnavailableResponse({ type: ReadinessDto })
  async readyz(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const readiness = await this.health.readiness();
    void reply.code(readiness.status === 'ready' ? 200 : 503);
    return readiness;
  }

  /**
   * What this process counts, for Prometheus. Ours: everybody may read it, so nothing in it is about one workspace; keep
   * it from the outside where the totals are nobody's business.
   */
  @Get('metrics')
  @Documented('getMetrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  @ApiOkResponse({
    description: 'Text in the format of Prometheus',
    content: { 'text/plain': { schema: { type: 'string' }, example: '# TYPE process_start_time_seconds gauge\n…' } },
  })
  getMetrics(): Promise<string> {
    return this.metrics.text();
  }
}
