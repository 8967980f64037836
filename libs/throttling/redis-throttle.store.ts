import type { RedisConnection } from '#libs/redis';
import type { RollingLimit, RollingRefusal, ThrottleState, ThrottleStore } from './throttle.store.js';

/** Answers hits and milliseconds left. A script is atomic, so no counter is ever left without its end. */
const hitScript = `
local hits = redis.call('INCRBY', KEYS[1], ARGV[2])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[1])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {hits, left}`;

/**
 * The key is a list of the allowed hits' times, newest first. The arguments are limit, window, limit, window, …
 * Answers the wait in milliseconds and the index of the limit that asks for it; 0 and 0 if the hit is allowed.
 */
const rollingScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local wait, index, longest, most = 0, 0, 0, 0
for i = 1, #ARGV, 2 do
  local limit, window = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local earlier = redis.call('LINDEX', KEYS[1], limit - 1)
  local left = earlier and math.min(earlier + window - now, window) or 0
  if left > wait then
    wait = left
    index = (i - 1) / 2
  end
  most = math.max(most, limit)
  longest = math.max(longest, window)
end
if wait == 0 then
  redis.call('LPUSH', KEYS[1], now)
  redis.call('LTRIM', KEYS[1], 0, most - 1)
  redis.call('PEXPIRE', KEYS[1], longest)
end
return {wait, index}`;

/**
 * The counts that all processes share: one script and one round trip a hit, by the clock of Redis. Whenever Redis does
 * not answer within its deadline the hit is let pass, uncounted.
 */
export class RedisThrottleStore implements ThrottleStore {
  constructor(private readonly redis: RedisConnection) {}

  async hit(key: string, limit: number, windowMs: number, hits = 1): Promise<ThrottleState | null> {
    const answer = await this.evaluate(hitScript, `throttle:${key}`, [windowMs, hits]);
    if (!answer) return null;
    const [counted, resetsIn] = answer;
    return { allowed: counted <= limit, remaining: Math.max(0, limit - counted), resetsIn };
  }

  async hitRolling(key: string, limits: RollingLimit[]): Promise<RollingRefusal | null> {
    const pairs = limits.flatMap(({ limit, windowMs }) => [limit, windowMs]);
    const [wait, index] = (await this.evaluate(rollingScript, `rolling:${key}`, pairs)) ?? [0, 0];
    return wait > 0 ? { exceeded: limits[index]!, wait } : null;
  }

  private evaluate(script: string, key: string, numbers: number[]): Promise<[number, number] | undefined> {
    const options = { keys: [key], arguments: numbers.map(String) };
    return this.redis.run((client) => client.eval(script, options) as unknown as Promise<[number, number]>);
  }
}
