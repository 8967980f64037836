import { refusedStatements } from '#libs/persistence';
import { RedisConnection } from '#libs/redis';
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Metric, Registry } from '@prometheus-io/client';
import { Injectable, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FeedbackMetrics } from '../feedback/feedback.metrics.js';
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import { HealthService } from './health.service.js';

/**
 * What Prometheus is told. Everybody may read it, so no label names a workspace or a path: requests are told apart by their
 * route and by the class of their status.
 */
@Injectable()
export class MetricsService {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'afterword_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [this.registry],
  });

  constructor(
    health: HealthService,
    writer: FeedbackWriter,
    feedback: FeedbackMetrics,
    @Optional() redis?: RedisConnection,
  ) {
    for (const metric of Object.values(feedback)) this.registry.registerMetric(metric);
    this.gauge('afterword_queued_entries', 'Entries that wait for a batch.', () => writer.queued);
    this.gauge('afterword_ready', '1 while requests can be served, as /readyz says.', async () =>
      Number((await health.readiness()).status === 'ready'),
    );
    this.countRefusedStatements();
    if (redis) this.watch(redis);
  }

  /** Publishes what a room counts by itself. */
  publish(metrics: Metric[]): void {
    for (const metric of metrics) this.registry.registerMetric(metric);
  }

  private countRefusedStatements(): void {
    const counter = new Counter({
      name: 'afterword_database_errors_total',
      help: 'Statements that PostgreSQL refused. Transactions with 40001 and 40P01 are repeated; 22… should have been refused before.',
      labelNames: ['sqlstate'] as const,
      registers: [this.registry],
      collect: () => {
        counter.reset();
        for (const [sqlstate, count] of refusedStatements) counter.inc({ sqlstate }, count);
      },
    });
  }

  private watch(redis: RedisConnection): void {
    this.gauge('afterword_redis_up', '1 while Redis answers, 0 while it is done without.', () => Number(redis.usable));
    const failures = new Counter({
      name: 'afterword_redis_failures_total',
      help: 'Commands that Redis did not answer in time, or refused, and connections that broke.',
      registers: [this.registry],
      collect: () => {
        failures.reset();
        failures.inc(redis.failures);
      },
    });
  }

  private gauge(name: string, help: string, value: () => number | Promise<number>): void {
    const collect = async (): Promise<void> => gauge.set(await value());
    const gauge = new Gauge({ name, help, registers: [this.registry], collect });
  }

  /** Counts a request that has been answered. */
  observe({ method, routeOptions }: FastifyRequest, { statusCode, elapsedTime }: FastifyReply): void {
    const labels = { method, route: routeOptions.url ?? 'none', status: `${Math.floor(statusCode / 100)}xx` };
    this.requests.observe(labels, elapsedTime / 1000);
  }

  /** Everything, in Prometheus' text format. */
  async text(): Promise<string> {
    return (await Promise.all([processMetrics().metrics(), this.registry.metrics()])).join('\n');
  }
}

let ofProcess: Registry | undefined;

/** Metrics of the process, made once: their collectors never stop, and tests run several applications in a process. */
function processMetrics(): Registry {
  if (!ofProcess) collectDefaultMetrics({ register: (ofProcess = new Registry()) });
  return ofProcess;
}
