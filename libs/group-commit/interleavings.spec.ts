import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { GroupCommit, type GroupCommitLimits, Overloaded, type Settled, TooLate } from './index.js';

/** `npm run faults` sets a million. */
const numRuns = Number(process.env['INTERLEAVINGS'] ?? 3_000);
const seed = process.env['SEED'] === undefined ? undefined : Number(process.env['SEED']);

const limits: GroupCommitLimits = {
  lanes: 2,
  patience: 60,
  batchItems: 3,
  batchBytes: 100,
  queueItems: 8,
  queueBytes: 480,
  deadline: 200,
};

type Step =
  | { do: 'submit'; key: 'a' | 'b' | null; bytes: number }
  /** Milliseconds go by. */
  | { do: 'wait'; for: number }
  | { do: 'stop' };
/** What becomes of an item of a batch; `throw` of all of them. */
type Fate = 'result' | 'error' | 'again' | 'throw';

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      key: fc.constantFrom('a', 'b', null),
      bytes: fc.constantFrom(1, 40, 60, 120),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), for: fc.constantFrom(50, 150, 250) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
);
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('result' as const) },
  { weight: 2, arbitrary: fc.constantFrom('error' as const, 'again' as const) },
  { weight: 1, arbitrary: fc.constant('throw' as const) },
);

interface Told {
  answer?: string;
  error?: unknown;
  /** By the order of everything that happened. */
  at: number;
}

interface Sent {
  name: string;
  key: string | null;
  bytes: number;
  told: Told[];
  /** When it was in a batch that began. */
  begun: number[];
  /** When a batch had stored it. */
  stored: number[];
}

/** Everything that happens to one group commit, in its order. */
class Story {
  readonly sent: Sent[] = [];
  private readonly faults: string[] = [];
  private readonly inFlight = new Set<string[]>();
  private readonly group: GroupCommit<string, string>;
  private moment = 0;
  private stopped: number | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly scheduler: fc.Scheduler,
    private readonly fates: Fate[],
    private readonly lanes: number,
  ) {
    this.group = new GroupCommit(
      (batch) => this.commit(batch),
      { ...limits, lanes },
      // As of a window: who waited while the first was written is answered as it was.
      (result, _, cameBefore) => (cameBefore && result.startsWith('a') ? `like ${result}` : undefined),
    );
  }

  take(one: Step): void {
    if (one.do === 'submit') this.submit(one);
    else if (one.do === 'wait') jest.advanceTimersByTime(one.for);
    else this.stop();
  }

  private submit({ key, bytes }: { key: string | null; bytes: number }): void {
    const sent: Sent = {
      name: `${key}${this.sent.length}`,
      key,
      bytes,
      told: [],
      begun: [],
      stored: [],
    };
    this.sent.push(sent);
    const mayBeRefused = this.stopping !== undefined || !this.hasRoomFor(sent);
    void this.group.submit({ value: sent.name, key, bytes, holder: 'h' }).then(
      (answer) => sent.told.push({ answer, at: ++this.moment }),
      (error: unknown) => {
        if (error instanceof Overloaded && !mayBeRefused)
          this.faults.push(`${sent.name} was refused while there was room`);
        sent.told.push({ error, at: ++this.moment });
      },
    );
  }

  private hasRoomFor(next: Sent): boolean {
    const inFlight = [...this.inFlight].flat();
    const waiting = this.sent.filter((one) => one !== next && one.told.length === 0 && !inFlight.includes(one.name));
    const bytes = waiting.reduce((sum, one) => sum + one.bytes, 0);
    return fits(1, waiting.length, limits.queueItems) && fits(next.bytes, bytes, limits.queueBytes);
  }

  private stop(): void {
    this.stopping ??= this.untilStopped();
  }

  private async untilStopped(): Promise<void> {
    await this.group.stop();
    this.stopped = ++this.moment;
    if (this.inFlight.size + this.group.waiting > 0) this.faults.push('it stopped before its last batch');
  }

  private of(name: string): Sent {
    return this.sent.find((one) => one.name === name)!;
  }

  private async commit(batch: string[]): Promise<Settled<string>[]> {
    this.inFlight.add(batch);
    this.expectWithinBounds(batch);
    for (const name of batch) this.of(name).begun.push(++this.moment);
    await this.scheduler.schedule(Promise.resolve(), batch.join());
    this.inFlight.delete(batch);
    const fates = batch.map(() => this.fates.shift() ?? 'result');
    if (fates.includes('throw')) throw new Error('all of them');
    return batch.map((name, index) => {
      if (fates[index] === 'again') return 'again';
      if (fates[index] === 'error') return { error: new Error(name) };
      this.of(name).stored.push(++this.moment);
      return { result: name };
    });
  }

  private expectWithinBounds(batch: string[]): void {
    const bytes = batch.reduce((sum, name) => sum + this.of(name).bytes, 0);
    const keys = [...this.inFlight].flat().flatMap((name) => this.of(name).key ?? []);
    const within =
      batch.length > 0 &&
      batch.length <= limits.batchItems &&
      (batch.length === 1 || bytes <= limits.batchBytes) &&
      this.inFlight.size <= this.lanes &&
      new Set(keys).size === keys.length;
    if (!within) throw new Error(`out of bounds: ${JSON.stringify([...this.inFlight])}`);
  }

  /** @throws Error where a promise was not kept */
  async finish(): Promise<void> {
    this.stop();
    await this.scheduler.waitIdle();
    await this.stopping;
    if (this.faults.length > 0) throw new Error(this.faults.join('; '));
    for (const one of this.sent) this.expectKept(one);
    for (const key of ['a', 'b']) {
      const begun = this.sent.filter((one) => one.key === key).flatMap((one) => one.begun.slice(0, 1));
      if (begun.some((at, index) => at < begun[index - 1]!)) throw new Error(`${key} out of order`);
    }
  }

  private expectKept({ name, told, begun, stored }: Sent): void {
    const fail = (what: string): never => {
      throw new Error(`${name} ${what}: ${JSON.stringify({ told, begun, stored })}`);
    };
    const [first] = told;
    if (told.length !== 1) return fail('was not told once');
    if (!(first!.error instanceof Overloaded) && first!.at > this.stopped!) return fail('was told after the stop');
    if (stored.length > 1) return fail('was stored twice');
    if (first!.answer === name) return stored.length === 1 ? undefined : fail('was acknowledged and is not stored');
    if (first!.answer !== undefined) {
      const leader = this.of(first!.answer.replace('like ', ''));
      const isFollower = begun.length === 0 && leader.stored.length === 1 && leader.stored[0]! < first!.at;
      return isFollower ? undefined : fail('was answered like one that it did not follow');
    }
    if (first!.error instanceof Overloaded) return begun.length === 0 ? undefined : fail('was refused and written');
    if (first!.error instanceof TooLate) {
      // It may be stored by the batch in which it was, and never by a later one.
      return begun.every((at) => at < first!.at) ? undefined : fail('was written after its caller had given up');
    }
    return stored.length === 0 ? undefined : fail('failed and is stored');
  }
}

/** Of what is shared, one holder gets up to three quarters. */
function fits(amount: number, held: number, total: number): boolean {
  return amount <= total - held && (held === 0 || held + amount <= 3 * (total - held - amount));
}

describe('any interleaving of submissions, batches, deadlines and a stop', () => {
  // Time goes by only where a step says so.
  beforeAll(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] }));
  afterAll(() => void jest.useRealTimers());

  it(
    `keeps every promise, ${numRuns} times`,
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(step, { minLength: 2, maxLength: 14 }),
          fc.array(fate, { maxLength: 10 }),
          fc.integer({ min: 1, max: 2 }),
          async (scheduler, steps, fates, lanes) => {
            const story = new Story(scheduler, fates, lanes);
            scheduler.scheduleSequence(
              steps.map((one, index) => ({
                label: `${index}`,
                builder: () => {
                  story.take(one);
                  return Promise.resolve();
                },
              })),
            );
            await scheduler.waitIdle();
            await story.finish();
          },
        ),
        { numRuns, seed, endOnFailure: numRuns > 10_000 },
      ),
    30_000 + numRuns,
  );
});
