import { ServiceUnavailable } from '#libs/problem-details';

/** How long one waits for a turn, in milliseconds: with 1.5 s for the work itself, less than two seconds. */
const patience = 400;

/** Lets at most a number of tasks run at once; the others wait in the order in which they came. */
export class Turns {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** @throws ServiceUnavailable after waiting too long, and then `task` has not begun */
  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await this.queue();
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  private queue(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new ServiceUnavailable('too many requests with an Idempotency-Key at once'));
      }, patience);
      this.waiting.push(go);
    });
  }
}
