/**
 * Work that comes again by itself, one round after the other. Whoever uses the database so has to be stopped before the
 * pool is closed, which waits for ever for a connection that was given out at that moment.
 */
export class PeriodicTask {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  /**
   * @param pause milliseconds from the end of one round to the next
   * @param work never throws; when its signal is aborted it stops between two steps
   */
  constructor(
    private readonly pause: number,
    private readonly work: (signal: AbortSignal) => Promise<void>,
  ) {}

  /** The first round begins after `wait` milliseconds, after a stop none. Nothing keeps the process running for it. */
  start(wait = this.pause): void {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    this.timer = setTimeout(() => {
      this.round = this.work(signal).finally(() => this.start());
    }, wait).unref();
  }

  /** Resolves when the round under way has ended; none follows. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.round;
  }
}
