import { ServiceUnavailable } from '#libs/problem-details';

/** Milliseconds to wait for a turn: with 1.5 s for the work itself, less than two seconds. */
const turnTimeout = 400;

/**
 * Lets at most a number of tasks run at once, which leaves connections for other work; the others wait in the order in
 * which they came.
 */
export class Turns {
  private readonly waiting: (() => void)[] = [];

  /** @param refusal the detail of the answer to whoever has waited too long */
  constructor(
    private free: number,
    private readonly refusal: string,
  ) {}

  /** @throws ServiceUnavailable after waiting too long, and then `task` has not begun */
  take<T>(task: () => Promise<T>): Promise<T> {
    return this.takeWithin(turnTimeout, task);
  }

  /** The same without an end to the waiting: for a task that goes on with an answer that has begun. */
  await<T>(task: () => Promise<T>): Promise<T> {
    return this.takeWithin(undefined, task);
  }

  private async takeWithin<T>(milliseconds: number | undefined, task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await this.queue(milliseconds);
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }

  private queue(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const giveUp = (): void => {
        this.waiting.splice(this.waiting.indexOf(go), 1);
        reject(new ServiceUnavailable(this.refusal));
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(giveUp, milliseconds);
      this.waiting.push(go);
    });
  }
}

/** The turns of lists and files, which may take the database a second or more. The other connections are left to writers. */
export class ReadingTurns extends Turns {
  constructor() {
    super(3, 'too many lists are being read at once');
  }
}
