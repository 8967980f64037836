import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Deliveries, type Settled } from './deliveries.js';
import { EndpointHealth, type Sign } from './endpoint.health.js';

/** Written at a time. */
const atOnce = 256;
/** How often a database that is away is tried again, and after how many milliseconds. What is not written then is sent again. */
const retries = 20;
const pause = 500;

/** Writes what became of attempts, many at a time: while some are written the next come together. */
@Injectable()
export class Settlements {
  private readonly logger = new Logger(Settlements.name);
  private waiting: Settled[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly deliveries: Deliveries,
    private readonly health: EndpointHealth,
  ) {}

  add(settled: Settled): void {
    this.waiting.push(settled);
    this.writing ??= this.write().finally(() => (this.writing = undefined));
  }

  /** Resolves when everything is written that was added. */
  async done(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async write(): Promise<void> {
    // What ends in the same turn is written together.
    await delay(0);
    while (this.waiting.length > 0) await this.writeSome(this.waiting.splice(0, atOnce));
  }

  private async writeSome(settled: Settled[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.deliveries.settle(settled);
        const signs = signsIn(settled);
        if (signs.length > 0) await this.health.note(signs);
        return;
      } catch (err) {
        if (attempt === 1) this.logger.warn({ err }, 'what became of messages is not written yet');
        if (attempt > retries) return;
        await delay(pause);
      }
    }
  }
}

/** Of each endpoint the weightiest: a success among failures is a success. */
function signsIn(settled: Settled[]): Sign[] {
  const signs = new Map<string, Sign>();
  const weight = { failure: 0, success: 1, gone: 2 };
  for (const { claimed, attempt, outcome } of settled) {
    if (!attempt) continue;
    const { workspaceId, endpointId } = claimed;
    const sign = attempt.status === 410 ? 'gone' : outcome === 'delivered' ? 'success' : 'failure';
    const before = signs.get(endpointId);
    if (!before || weight[sign] > weight[before.sign]) signs.set(endpointId, { workspaceId, endpointId, sign });
  }
  return [...signs.values()];
}
