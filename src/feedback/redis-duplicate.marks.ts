import { createHash } from 'node:crypto';
import type { DuplicateMark, DuplicateMarks } from './duplicate.marks.js';
import type { RedisConnection } from '#libs/redis';

/** Milliseconds by which the estimate of the database's clock may be wrong. */
const clockMargin = 1000;
/** Milliseconds for which a deletion holds off a mark that it overtook. Longer than TCP keeps trying to deliver one. */
const tombstoneAge = 15 * 60_000;
const tombstone = '-';
/** Deletions that wait for Redis to come back. */
const maxUnforgotten = 100_000;

const markScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1`;

/** A Redis that is full refuses the tombstone; the mark is deleted then. */
const forgetScript = `
local answer = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if answer.err then
  redis.call('DEL', KEYS[1])
end
return 1`;

/**
 * Marks that all processes share. A deletion that Redis could not be told of is told when it returns, and until then
 * this process ignores the mark; should the process end before, the mark stands until its window closes.
 */
export class RedisDuplicateMarks implements DuplicateMarks {
  private readonly unforgotten = new Set<string>();

  constructor(private readonly redis: RedisConnection) {
    redis.onReturn(() => void this.forgetTheRest());
  }

  async recall(key: string, databaseNow: Date): Promise<DuplicateMark | null> {
    const hashed = hash(key);
    const value = await this.redis.run((client) => client.get(hashed));
    const [, entryId, closesAt] = /^(.+):(\d+)$/.exec(value ?? '') ?? [];
    if (!entryId || this.unforgotten.has(hashed)) return null;
    if (Number(closesAt) - databaseNow.getTime() <= clockMargin) return null;
    return { entryId, closesAt: new Date(Number(closesAt)) };
  }

  async mark(key: string, entryId: string, closesAt: Date, databaseNow: Date): Promise<void> {
    const left = closesAt.getTime() - databaseNow.getTime();
    if (left <= clockMargin) return;
    const values = [tombstone, `${entryId}:${closesAt.getTime()}`, String(left)];
    await this.redis.run((client) => client.eval(markScript, { keys: [hash(key)], arguments: values }));
  }

  async forget(key: string): Promise<void> {
    const hashed = hash(key);
    this.unforgotten.add(hashed);
    if (this.unforgotten.size > maxUnforgotten) this.unforgotten.delete(this.unforgotten.values().next().value!);
    await this.bury(hashed);
  }

  private async forgetTheRest(): Promise<void> {
    for (const hashed of this.unforgotten) if (!(await this.bury(hashed))) return;
  }

  private async bury(hashed: string): Promise<boolean> {
    const options = { keys: [hashed], arguments: [tombstone, String(tombstoneAge)] };
    const done = await this.redis.run((client) => client.eval(forgetScript, options));
    if (done === undefined) return false;
    this.unforgotten.delete(hashed);
    return true;
  }
}

/** All keys of one window share a hash tag, so that they live on one node of a cluster. */
function hash(key: string): string {
  return `duplicate:{${createHash('sha256').update(key).digest('base64url')}}`;
}
