/*
 * One connection to Redis that is allowed to be missing: a command waits for an answer only briefly, and where there is
 * none, because Redis is away, slow or full, its caller gets `undefined` and goes on without.
 */
export { type RedisClient, RedisConnection } from './redis.connection.js';
export { RedisModule } from './redis.module.js';
