const width = 24;
/** Milliseconds from one picture to the next. */
const pause = 200;

/** How far something has come that takes a while, on standard error where that is a terminal. */
export class ProgressBar {
  private readonly begun = performance.now();
  private readonly timer: NodeJS.Timeout | undefined;
  private done = 0;

  /**
   * @param total what there is to do
   * @param rows how many rows are done
   */
  constructor(
    private readonly total: number,
    private readonly rows: () => number,
  ) {
    if (process.stderr.isTTY) this.timer = setInterval(() => this.show(), pause);
  }

  add(done: number): void {
    this.done += done;
  }

  end(): void {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.show();
    process.stderr.write('\n');
  }

  private show(): void {
    const seconds = (performance.now() - this.begun) / 1_000;
    const part = this.total === 0 ? 1 : Math.min(1, this.done / this.total);
    const bar = '#'.repeat(Math.round(part * width)).padEnd(width, '.');
    const rate = Math.round(this.rows() / seconds).toLocaleString('en');
    const left = part > 0 ? `, ${clock((seconds * (1 - part)) / part)} left` : '';
    const percent = `${Math.floor(part * 100)}`.padStart(3);
    process.stderr.write(`\r\u001B[K[${bar}] ${percent} %  ${this.rows().toLocaleString('en')} rows, ${rate}/s${left}`);
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
