import type { BackgroundWork } from './background.js';

/** Work that comes again by itself, one round after the other. */
export abstract class PeriodicWork implements BackgroundWork {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param pause milliseconds from the end of one round to the beginning of the next
   * @param first milliseconds from the start to the beginning of the first
   */
  constructor(
    private readonly pause: number,
    private readonly first = pause,
  ) {}

  /** Never rejects. Stops between two steps when `signal` is aborted. */
  protected abstract round(signal: AbortSignal): Promise<void>;

  start(): void {
    this.beginAfter(this.first);
  }

  /** Nothing keeps the process running for it. */
  private beginAfter(milliseconds: number): void {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    this.timer = setTimeout(() => {
      this.running = this.round(signal).finally(() => this.beginAfter(this.pause));
    }, milliseconds).unref();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }
}
