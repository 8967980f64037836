import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { GroupCommit, type GroupCommitLimits, type Item, Overloaded, type Settled, TooLate } from '#libs/group-commit';

const limits: GroupCommitLimits = {
  lanes: 2,
  patience: 0,
  batchItems: 3,
  batchBytes: 100,
  queueItems: 8,
  queueBytes: 300,
  deadline: 60_000,
};

/** A batch that is being written, until the test says what became of it. */
interface Write {
  batch: string[];
  deadline: number;
  end(settled: Settled<string>[]): void;
  fail(error: Error): void;
}

type Follow = (result: string, follower: string, cameBefore: boolean) => string | undefined;

type Fate = { result: string } | { error: Error };

/** A group commit whose batches end when and as the test says. */
class Desk {
  readonly writes: Write[] = [];
  readonly fates = new Map<string, Fate>();
  readonly group: GroupCommit<string, string>;

  constructor(settings: Partial<GroupCommitLimits> = {}, answerFollower?: Follow) {
    this.group = new GroupCommit(
      (batch, deadline) => this.begin(batch, deadline),
      { ...limits, ...settings },
      answerFollower,
    );
  }

  private begin(batch: string[], deadline: number): Promise<Settled<string>[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Settled<string>[]>();
    const over = (write: Write): unknown => this.writes.splice(this.writes.indexOf(write), 1);
    const write: Write = {
      batch,
      deadline,
      end: (settled) => {
        over(write);
        resolve(settled);
      },
      fail: (error) => {
        over(write);
        reject(error);
      },
    };
    this.writes.push(write);
    return promise;
  }

  /** By default each item is somebody else's. */
  submit(value: string, { key = null, bytes = 10, holder = key ?? value }: Partial<Item<string>> = {}): Promise<Fate> {
    const fate = this.group.submit({ value, key, bytes, holder }).then(
      (result) => ({ result }),
      (error: Error) => ({ error }),
    );
    return fate.then((known) => {
      this.fates.set(value, known);
      return known;
    });
  }

  /** The oldest batch in flight is written, each item with its own result. */
  async end(): Promise<void> {
    const [write] = this.writes;
    write!.end(write!.batch.map((value) => ({ result: `${value} done` })));
    await turn();
  }

  async endAll(): Promise<void> {
    while (this.writes.length > 0) await this.end();
  }

  get batches(): string[][] {
    return this.writes.map(({ batch }) => batch);
  }
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe('an item', () => {
  it('goes at once while a lane is free, before anything else happens', () => {
    void desk.submit('a');
    void desk.submit('b');
    expect(desk.batches).toEqual([['a'], ['b']]);
  });

  it('waits while every lane is committing, and goes with what else came meanwhile', async () => {
    for (const value of ['a', 'b', 'c', 'd']) void desk.submit(value);
    expect(desk.batches).toEqual([['a'], ['b']]);
    await desk.end();
    expect(desk.batches).toEqual([['b'], ['c', 'd']]);
  });

  it('gets what became of it, and not of its neighbour', async () => {
    for (const value of ['1', '2', 'a', 'b', 'c']) void desk.submit(value);
    await desk.end();
    const refusal = new Error('a bad row');
    desk.writes[1]!.end([{ result: 'first' }, { error: refusal }, { result: 'third' }]);
    await turn();
    expect(['a', 'b', 'c'].map((value) => desk.fates.get(value))).toEqual([
      { result: 'first' },
      { error: refusal },
      { result: 'third' },
    ]);
  });

  it('that has to go again goes before those that came after it', async () => {
    for (const value of ['1', '2', 'a', 'b', 'c', 'd']) void desk.submit(value);
    await desk.end();
    desk.writes[1]!.end(['again', { result: 'b' }, 'again']);
    await turn();
    expect(desk.batches).toEqual([['2'], ['a', 'c', 'd']]);
    await desk.endAll();
    expect(desk.fates.get('c')).toEqual({ result: 'c done' });
  });
});

describe('a second lane', () => {
  beforeEach(() => {
    desk = new Desk({ patience: 60_000 });
  });
  afterEach(() => void jest.useRealTimers());

  it('stays closed while less than a full batch waits', async () => {
    for (const value of ['a', 'b', 'c']) void desk.submit(value);
    expect(desk.batches).toEqual([['a']]);
    await desk.end();
    expect(desk.batches).toEqual([['b', 'c']]);
  });

  it('opens when a full batch waits, in items or in bytes', async () => {
    for (const value of ['a', 'b', 'c', 'd']) void desk.submit(value);
    expect(desk.batches).toEqual([['a'], ['b', 'c', 'd']]);
    await desk.endAll();
    void desk.submit('e');
    void desk.submit('large', { bytes: limits.batchBytes });
    expect(desk.batches).toEqual([['e'], ['large']]);
  });

  it('opens for what waits when the first is late, though nothing else comes', () => {
    jest.useFakeTimers();
    desk = new Desk({ patience: 50 });
    for (const value of ['a', 'b']) void desk.submit(value);
    jest.advanceTimersByTime(49);
    expect(desk.batches).toEqual([['a']]);
    jest.advanceTimersByTime(1);
    expect(desk.batches).toEqual([['a'], ['b']]);
  });

  it('is closed to a third while both are late', () => {
    jest.useFakeTimers();
    desk = new Desk({ patience: 50 });
    for (const value of ['a', 'b']) void desk.submit(value);
    jest.advanceTimersByTime(50);
    for (const value of ['c', 'd', 'e']) void desk.submit(value);
    jest.advanceTimersByTime(100);
    expect(desk.batches).toEqual([['a'], ['b']]);
  });
});

describe('a batch', () => {
  it('holds no more items than the bound', async () => {
    for (const value of ['1', '2', 'a', 'b', 'c', 'd']) void desk.submit(value);
    await desk.end();
    expect(desk.batches.at(-1)).toEqual(['a', 'b', 'c']);
  });

  it('holds no more bytes than the bound', async () => {
    for (const value of ['1', '2']) void desk.submit(value);
    void desk.submit('a', { bytes: 60 });
    void desk.submit('b', { bytes: 40 });
    void desk.submit('c', { bytes: 1 });
    await desk.end();
    expect(desk.batches.at(-1)).toEqual(['a', 'b']);
  });

  it('is a single item where that alone is larger than the bound', async () => {
    for (const value of ['1', '2']) void desk.submit(value);
    void desk.submit('large', { bytes: 250 });
    void desk.submit('small');
    await desk.end();
    expect(desk.batches.at(-1)).toEqual(['large']);
  });

  it('fails alone where it throws, and frees its keys and its lane', async () => {
    void desk.submit('a', { key: 'k' });
    void desk.submit('b');
    void desk.submit('follower', { key: 'k' });
    const failure = new Error('the database is away');
    desk.writes[0]!.fail(failure);
    await turn();
    expect([...desk.fates]).toEqual([['a', { error: failure }]]);
    expect(desk.batches).toEqual([['b'], ['follower']]);
  });

  it('fails alone where it throws before it becomes a promise', async () => {
    const group = new GroupCommit<string, string>((batch) => {
      if (batch[0] === 'bad') throw new Error('too early');
      return Promise.resolve(batch.map((result) => ({ result })));
    }, limits);
    await expect(group.submit({ value: 'bad', key: 'k', bytes: 1, holder: 'a' })).rejects.toThrow('too early');
    expect(await group.submit({ value: 'good', key: 'k', bytes: 1, holder: 'a' })).toBe('good');
    await group.stop();
  });

  it('is told the deadline of the item that may wait longest', async () => {
    const before = performance.now() + limits.deadline;
    void desk.submit('a');
    expect(desk.writes[0]!.deadline).toBeGreaterThanOrEqual(before);
    expect(desk.writes[0]!.deadline).toBeLessThanOrEqual(performance.now() + limits.deadline);
  });
});

describe('items with the same key', () => {
  it('go one after the other, in the order of their arrival, and hold nobody else up', async () => {
    for (const value of ['a1', 'a2', 'a3']) void desk.submit(value, { key: 'a' });
    void desk.submit('b1', { key: 'b' });
    expect(desk.batches).toEqual([['a1'], ['b1']]);
    await desk.end();
    expect(desk.batches).toEqual([['b1'], ['a2']]);
    await desk.end();
    await desk.end();
    expect(desk.batches).toEqual([['a3']]);
  });

  it('stay in order where the first has to go again', async () => {
    for (const value of ['a1', 'a2']) void desk.submit(value, { key: 'a' });
    desk.writes[0]!.end(['again']);
    await turn();
    expect(desk.batches).toEqual([['a1']]);
    await desk.end();
    expect(desk.batches).toEqual([['a2']]);
  });

  it('are answered by the first where its result is theirs too, and those of other keys are not', async () => {
    desk = new Desk({}, (result) => (result === 'a1 done' ? 'as a1' : undefined));
    for (const value of ['a1', 'a2', 'a3']) void desk.submit(value, { key: 'a' });
    for (const value of ['b1', 'b2']) void desk.submit(value, { key: 'b' });
    await desk.end();
    expect(Object.fromEntries(desk.fates)).toEqual({
      a1: { result: 'a1 done' },
      a2: { result: 'as a1' },
      a3: { result: 'as a1' },
    });
    await desk.end();
    expect(desk.batches).toEqual([['b2']]);
  });

  it('are answered by the first up to one whose result is another, which is written before those behind it', async () => {
    desk = new Desk({}, (_, follower) => (follower === 'other' ? undefined : 'the same'));
    for (const value of ['first', 'same', 'other', 'same again']) void desk.submit(value, { key: 'a' });
    await desk.end();
    expect([...desk.fates.keys()]).toEqual(['first', 'same']);
    expect(desk.batches).toEqual([['other']]);
    await desk.end();
    expect(desk.fates.get('same again')).toEqual({ result: 'the same' });
  });

  it('are told apart by whether they came before the batch of the first began', async () => {
    const seen: [string, boolean][] = [];
    desk = new Desk({}, (_, follower, cameBefore) => {
      seen.push([follower, cameBefore]);
      return cameBefore ? 'the same' : undefined;
    });
    for (const value of ['first', 'second', 'third']) void desk.submit(value, { key: 'a' });
    await desk.end();
    void desk.submit('late', { key: 'a' });
    await desk.end();
    expect(seen).toEqual([
      ['second', false],
      ['third', true],
      ['late', false],
    ]);
    expect(desk.batches).toEqual([['late']]);
  });

  it('are written themselves where the first was refused', async () => {
    desk = new Desk({}, () => 'as the first');
    for (const value of ['a1', 'a2']) void desk.submit(value, { key: 'a' });
    desk.writes[0]!.end([{ error: new Error('bad') }]);
    await turn();
    expect(desk.batches).toEqual([['a2']]);
  });
});

describe('the queue', () => {
  const isOverloaded = { error: expect.any(Overloaded) };

  it('refuses at once what is more than it holds in items, and takes again when there is room', async () => {
    for (const value of ['1', '2']) void desk.submit(value);
    for (let n = 0; n < limits.queueItems; n++) void desk.submit(`q${n}`);
    expect(await desk.submit('too many')).toEqual(isOverloaded);
    await desk.end();
    void desk.submit('in time');
    await turn();
    expect(desk.fates.has('in time')).toBe(false);
    await desk.endAll();
    expect(desk.fates.get('in time')).toEqual({ result: 'in time done' });
  });

  it('refuses at once what is more than it holds in bytes, and counts what has left it no more', async () => {
    const ends = [() => desk.end(), async () => desk.writes[0]!.fail(new Error('away')), () => desk.end()];
    for (const end of ends) {
      for (const value of ['1', '2']) void desk.submit(value);
      void desk.submit('large', { bytes: limits.queueBytes });
      expect(await desk.submit('one byte too many', { bytes: 1 })).toEqual(isOverloaded);
      await end();
      await desk.endAll();
    }
  });
});

describe('a holder that fills the queue', () => {
  it.each([10, 60])('in items of %i bytes leaves places to another', async (bytes) => {
    for (let n = 1; n <= 20; n++) void desk.submit(`a${n}`, { holder: 'a', bytes });
    await turn();
    expect([...desk.fates.values()]).toContainEqual({ error: expect.any(Overloaded) });
    void desk.submit('b', { holder: 'b', bytes });
    await desk.endAll();
    expect(desk.fates.get('b')).toEqual({ result: 'b done' });
  });

  it('lets another go first that came later', async () => {
    desk = new Desk({ lanes: 1 });
    for (let n = 1; n <= 6; n++) void desk.submit(`a${n}`, { holder: 'a' });
    for (const value of ['b1', 'b2']) void desk.submit(value, { holder: 'b' });
    await desk.end();
    expect(desk.batches).toEqual([['a2', 'b1', 'a3']]);
    void desk.submit('c', { holder: 'c' });
    await desk.end();
    expect(desk.batches).toEqual([['b2', 'c', 'a4']]);
    await desk.endAll();
  });

  it('makes nobody too late whose item goes before one that came earlier', async () => {
    desk = new Desk({ lanes: 1 });
    for (const value of ['a1', 'a2', 'a3']) void desk.submit(value, { holder: 'a' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const before = performance.now() + limits.deadline;
    void desk.submit('b', { holder: 'b' });
    await desk.end();
    expect(desk.batches).toEqual([['a2', 'b', 'a3']]);
    expect(desk.writes[0]!.deadline).toBeGreaterThanOrEqual(before);
    await desk.endAll();
  });

  it('by bytes lets another go first that sends little', async () => {
    desk = new Desk({ lanes: 1 });
    for (let n = 1; n <= 4; n++) void desk.submit(`a${n}`, { holder: 'a', bytes: 50 });
    for (let n = 1; n <= 3; n++) void desk.submit(`b${n}`, { holder: 'b', bytes: 20 });
    await desk.end();
    expect(desk.batches).toEqual([['a2', 'b1', 'b2']]);
    await desk.endAll();
  });
});

describe('at the deadline', () => {
  it('callers are told so, whether their item waits or is being written', async () => {
    desk = new Desk({ deadline: 20, lanes: 1 });
    const fates = await Promise.all([desk.submit('written'), desk.submit('waiting')]);
    expect(fates).toEqual([{ error: expect.any(TooLate) }, { error: expect.any(TooLate) }]);
    expect(fates.map((fate) => 'error' in fate && fate.error.message)).toEqual([
      'being written',
      'waiting to be written',
    ]);
  });

  it('what waited is not written any more, and its bytes are free', async () => {
    desk = new Desk({ deadline: 20, lanes: 1 });
    void desk.submit('written');
    await desk.submit('waiting', { bytes: limits.queueBytes });
    void desk.submit('next', { bytes: limits.queueBytes });
    await desk.end();
    expect(desk.batches).toEqual([['next']]);
  });

  it('what is being written keeps its key until that is over', async () => {
    desk = new Desk({ deadline: 20 });
    await desk.submit('late', { key: 'k' });
    void desk.submit('follower', { key: 'k' });
    expect(desk.batches).toEqual([['late']]);
    await desk.end();
    expect(desk.batches).toEqual([['follower']]);
  });

  it('what had to go again is not written any more', async () => {
    desk = new Desk({ deadline: 20 });
    await desk.submit('late');
    desk.writes[0]!.end(['again']);
    await turn();
    expect(desk.batches).toEqual([]);
    await desk.group.stop();
  });
});

describe('a clock of the machine that is set', () => {
  afterEach(() => void jest.useRealTimers());

  it('forward makes nobody too late', async () => {
    jest.useFakeTimers();
    desk = new Desk({ deadline: 1_500 });
    const fate = desk.submit('a');
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(1_499);
    desk.writes[0]!.end([{ result: 'stored' }]);
    expect(await fate).toEqual({ result: 'stored' });
  });

  it('back keeps nobody waiting', async () => {
    jest.useFakeTimers();
    desk = new Desk({ deadline: 1_500 });
    const fate = desk.submit('a');
    jest.setSystemTime(Date.now() - 3_600_000);
    jest.advanceTimersByTime(1_600);
    expect(await fate).toEqual({ error: expect.any(TooLate) });
  });
});

describe('stop', () => {
  it('resolves at once where there is nothing to do', async () => {
    await desk.group.stop();
    expect(await desk.submit('late')).toEqual({ error: expect.any(Overloaded) });
  });

  it('takes nothing more, and resolves when everything taken is settled', async () => {
    void desk.submit('long ago');
    await desk.end();
    for (const value of ['1', '2', 'a', 'b', 'c', 'd']) void desk.submit(value);
    let stopped = 0;
    for (const stopping of [desk.group.stop(), desk.group.stop()]) void stopping.then(() => stopped++);
    expect(await desk.submit('late')).toEqual({ error: expect.any(Overloaded) });
    for (let ended = 0; ended < 3; ended++) {
      expect(stopped).toBe(0);
      await desk.end();
    }
    await desk.end();
    expect(stopped).toBe(2);
    expect([...desk.fates.values()].filter((fate) => 'result' in fate)).toHaveLength(7);
  });
});

describe('any interleaving of submissions and ends of batches', () => {
  type Step =
    | { do: 'submit'; key: string | null; bytes: number }
    | { do: 'end'; which: number; fates: ('result' | 'error' | 'again')[] }
    | { do: 'fail'; which: number };

  const submission = fc.record({
    do: fc.constant('submit' as const),
    key: fc.constantFrom(null, 'a', 'b', 'c'),
    bytes: fc.integer({ min: 1, max: 130 }),
  });
  const end = fc.record({
    do: fc.constant('end' as const),
    which: fc.nat(5),
    fates: fc.array(fc.constantFrom('result' as const, 'error' as const, 'again' as const), {
      minLength: 3,
      maxLength: 3,
    }),
  });
  const failure = fc.record({ do: fc.constant('fail' as const), which: fc.nat(5) });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: submission },
    { weight: 4, arbitrary: end },
    { weight: 1, arbitrary: failure },
  );

  it('writes every item once or says why not, each key in order, within all bounds', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), async (steps, lanes) => {
        const run = new Run(lanes);
        for (const one of steps) await run.take(one);
        await run.finish();
      }),
      { numRuns: 200 },
    ));

  /** Whether it is more than is free, or than three times what would be left free. */
  const isBeyond = (total: number, taken: number, own: number, more: number): boolean =>
    taken + more > total || (own > 0 && own + more > 3 * (total - taken - more));

  /** Replays steps, and knows of every item what has to become of it. */
  class Run {
    private readonly desk: Desk;
    private readonly items = new Map<string, { key: string | null; bytes: number }>();
    private readonly expected = new Map<string, Fate>();
    private readonly stored: string[] = [];

    constructor(private readonly lanes: number) {
      this.desk = new Desk({ lanes });
    }

    async take(one: Step): Promise<void> {
      if (one.do === 'submit') this.submit(one);
      else if (this.desk.writes.length > 0) this.settle(one);
      await turn();
      this.check();
    }

    private submit({ key, bytes }: { key: string | null; bytes: number }): void {
      const value = `i${this.items.size}`;
      this.items.set(value, { key, bytes });
      const waiting = [...this.items.keys()].filter((one) => !this.expected.has(one) && !this.isInFlight(one));
      const before = waiting.filter((one) => one !== value).map((one) => this.items.get(one)!);
      const own = before.filter((one) => key !== null && one.key === key);
      const bytesOf = (items: { bytes: number }[]): number => items.reduce((sum, one) => sum + one.bytes, 0);
      const isFull =
        isBeyond(limits.queueItems, before.length, own.length, 1) ||
        isBeyond(limits.queueBytes, bytesOf(before), bytesOf(own), bytes);
      if (isFull) this.expected.set(value, { error: expect.any(Overloaded) as never });
      void this.desk.submit(value, { key, bytes });
    }

    private isInFlight(value: string): boolean {
      return this.desk.writes.some(({ batch }) => batch.includes(value));
    }

    private settle(one: Exclude<Step, { do: 'submit' }>): void {
      const write = this.desk.writes[one.which % this.desk.writes.length]!;
      const error = new Error('refused');
      const settled = write.batch.map((value, index): Settled<string> => {
        const fate = one.do === 'fail' ? 'error' : one.fates[index]!;
        if (fate === 'again') return 'again';
        if (fate === 'result') this.stored.push(value);
        this.expected.set(value, fate === 'result' ? { result: value } : { error });
        return fate === 'result' ? { result: value } : { error };
      });
      if (one.do === 'fail') write.fail(error);
      else write.end(settled);
    }

    private check(): void {
      const { batches, fates } = this.desk;
      expect(batches.length).toBeLessThanOrEqual(this.lanes);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, value) => sum + this.items.get(value)!.bytes, 0);
        expect(batch.length).toBeLessThanOrEqual(limits.batchItems);
        expect(batch.length === 1 || bytes <= limits.batchBytes).toBe(true);
      }
      const keys = batches.flat().flatMap((value) => this.items.get(value)!.key ?? []);
      expect(new Set(keys).size).toBe(keys.length);
      expect(Object.fromEntries(fates)).toEqual(Object.fromEntries(this.expected));
      const isIdle = batches.length === 0;
      expect(isIdle).toBe(this.expected.size === this.items.size);
    }

    async finish(): Promise<void> {
      const stopping = this.desk.group.stop();
      while (this.desk.writes.length > 0)
        await this.take({ do: 'end', which: 0, fates: ['result', 'result', 'result'] });
      await stopping;
      expect(this.desk.fates.size).toBe(this.items.size);
      expect(new Set(this.stored).size).toBe(this.stored.length);
      for (const key of ['a', 'b', 'c']) {
        const ofKey = this.stored.filter((value) => this.items.get(value)!.key === key);
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
      }
    }
  }
});
