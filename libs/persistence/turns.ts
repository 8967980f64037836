import { FairShare } from '#libs/fair-share';
import { ServiceUnavailable } from '#libs/problem-details';

/** Milliseconds to wait for a turn: with 1.5 s for the work itself, less than two seconds. */
const turnTimeout = 400;

interface Waiting {
  holder: string;
  go(): void;
}

/**
 * Lets at most a number of tasks run at once, which leaves connections for other work. No holder has all turns while there
 * are several. Whoever has fewest goes next, and of those the one that has waited longest.
 */
export class Turns {
  private waiting: Waiting[] = [];
  private readonly running: FairShare;

  /** @param refusal the detail of the answer to whoever has waited too long */
  constructor(
    count: number,
    private readonly refusal: string,
  ) {
    this.running = new FairShare(count);
  }

  /** @throws ServiceUnavailable after waiting too long, and then `task` has not begun */
  take<T>(holder: string, task: () => Promise<T>): Promise<T> {
    return this.takeWithin(turnTimeout, holder, task);
  }

  /** The same without an end to the waiting: for a task that goes on with an answer that has begun. */
  await<T>(holder: string, task: () => Promise<T>): Promise<T> {
    return this.takeWithin(undefined, holder, task);
  }

  private async takeWithin<T>(milliseconds: number | undefined, holder: string, task: () => Promise<T>): Promise<T> {
    if (!this.running.take(1, [holder])) await this.queue(milliseconds, holder);
    try {
      return await task();
    } finally {
      this.running.give(1, [holder]);
      this.callNext();
    }
  }

  private queue(milliseconds: number | undefined, holder: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const waiting = { holder, go };
      const giveUp = (): void => {
        this.leave(waiting);
        reject(new ServiceUnavailable(this.refusal));
      };
      const timer = milliseconds === undefined ? undefined : setTimeout(giveUp, milliseconds);
      this.waiting.push(waiting);
    });
  }

  private callNext(): void {
    const turnsOf = ({ holder }: Waiting): number => this.running.heldBy(holder);
    const fewestFirst = this.waiting.toSorted((a, b) => turnsOf(a) - turnsOf(b));
    const next = fewestFirst.find(({ holder }) => this.running.take(1, [holder]));
    if (!next) return;
    this.leave(next);
    next.go();
    this.callNext();
  }

  private leave(waiting: Waiting): void {
    this.waiting = this.waiting.filter((one) => one !== waiting);
  }
}

/**
 * The turns of lists and files, which may take the database a second or more: three for one holder. The other
 * connections are left to writers.
 */
export class ReadingTurns extends Turns {
  constructor() {
    super(4, 'too many lists are being read at once');
  }
}
