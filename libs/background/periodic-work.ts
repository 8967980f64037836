import { Logger } from '@nestjs/common';
import type { BackgroundWork } from './background.js';

/** Work that comes again by itself, one round after the other. */
export abstract class PeriodicWork implements BackgroundWork {
  protected readonly logger = new Logger(this.constructor.name);
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isFailing = false;

  /**
   * @param pause milliseconds from the end of one round to the beginning of the next
   * @param first milliseconds from the start to the beginning of the first
   */
  constructor(
    private readonly pause: number,
    private readonly first = pause,
  ) {}

  /** Stops between two steps when `signal` is aborted. What fails is left to the next round; an outage is logged once. */
  protected abstract round(signal: AbortSignal): Promise<void>;

  /**
   * Does `work` for one after the other. What fails keeps none of the others waiting.
   * @throws the first failure, at the end
   */
  protected async forEach<T>(all: readonly T[], signal: AbortSignal, work: (one: T) => Promise<void>): Promise<void> {
    const failures: unknown[] = [];
    for (const one of all) if (!signal.aborted) await work(one).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  start(): void {
    this.beginAfter(this.first);
  }

  /** Nothing keeps the process running for it. */
  private beginAfter(milliseconds: number): void {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.roundOrReport(signal).then(() => this.beginAfter(this.pause));
    }, milliseconds).unref();
  }

  private async roundOrReport(signal: AbortSignal): Promise<void> {
    try {
      await this.round(signal);
      this.isFailing = false;
    } catch (err) {
      if (!this.isFailing && !signal.aborted) this.logger.warn({ err }, 'not done, and left to the next round');
      this.isFailing = true;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }
}
