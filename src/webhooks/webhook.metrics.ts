import { timeOf } from '#libs/ids';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from '@prometheus-io/client';
import { sql } from 'kysely';
import { MetricsService } from '../health/metrics.service.js';

/** What is counted of webhooks, of all workspaces together. What waits is asked of the database when it is collected. */
@Injectable()
export class WebhookMetrics {
  readonly attempts = new Counter({
    name: 'afterword_webhook_attempts_total',
    help: 'Attempts to deliver a message, by what became of them.',
    labelNames: ['outcome'] as const,
    registers: [],
  });

  private readonly oldest = new Gauge({
    name: 'afterword_webhook_oldest_waiting_seconds',
    help: 'How long ago the event was written that has waited longest, disabled endpoints included; 0 where none waits.',
    registers: [],
  });

  private readonly waiting = new Gauge({
    name: 'afterword_webhook_waiting_deliveries',
    help: 'Deliveries that are neither made nor given up, disabled endpoints included.',
    registers: [],
    collect: () => this.count(),
  });

  constructor(
    private readonly em: EntityManager,
    metrics: MetricsService,
  ) {
    metrics.publish([this.attempts, this.waiting, this.oldest]);
  }

  /** What a database that is away does not say stays as it was. */
  private async count(): Promise<void> {
    const counted = sql<{ waiting: number; oldest: string | null }>`
      select count(*)::float8 as waiting, min(event_id::text) as oldest from webhook_delivery where outcome = 'pending'`;
    const { rows } = await counted.execute(this.em.fork().getKysely()).catch(() => ({ rows: [] }));
    if (!rows[0]) return;
    const { waiting, oldest } = rows[0];
    this.waiting.set(waiting);
    this.oldest.set(oldest === null ? 0 : Math.max(0, (Date.now() - timeOf(oldest)) / 1_000));
  }
}
