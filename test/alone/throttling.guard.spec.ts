import { ProblemFilter, ProblemModule } from '#libs/problem-details';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CanActivate, Controller, type ExecutionContext, Get, Module, Param } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { randomUUID } from 'node:crypto';
import { type OwnRedis, spawnRedis } from '../harness/redis.js';
import { inTime, until } from '../harness/until.js';
import {
  AddressBudget,
  RollingBudget,
  RollingLimitExceeded,
  ThrottlingGuard,
  ThrottlingModule,
  type ThrottlingOptions,
} from '#libs/throttling';
import { RedisConnection, RedisModule } from '#libs/redis';

const applications: NestFastifyApplication[] = [];

/** Stands for the guard that verifies credentials: takes the header at its word. */
class TrustingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest();
    const credentialId = request.headers['x-credential'];
    if (credentialId) request.principal = { credentialId };
    return true;
  }
}

@Controller()
class Routes {
  constructor(
    private readonly refusals: AddressBudget,
    private readonly rolling: RollingBudget,
  ) {}

  @Get('one')
  one(): string {
    return 'one';
  }

  @Get('two')
  two(): string {
    return 'two';
  }

  @Get('refused/:address')
  refused(@Param('address') address: string): Promise<void> {
    return this.refusals.refused(address);
  }

  @Get('bots/:bot')
  bot(@Param('bot') bot: string): Promise<void> {
    return this.rolling.spend(bot, [
      { limit: 2, windowMs: 60_000 },
      { limit: 100, windowMs: 3_600_000 },
    ]);
  }
}

async function start({
  redisUrl,
  ...options
}: ThrottlingOptions & { redisUrl?: string }): Promise<NestFastifyApplication> {
  @Module({
    imports: [ProblemModule.forRoot({ doors: [] }), RedisModule.forRoot(redisUrl), ThrottlingModule.forRoot(options)],
    controllers: [Routes],
    providers: [
      { provide: APP_GUARD, useClass: TrustingGuard },
      { provide: APP_GUARD, useExisting: ThrottlingGuard },
      { provide: APP_FILTER, useExisting: ProblemFilter },
    ],
  })
  class Application {}

  const compiled = await Test.createTestingModule({ imports: [Application] }).compile();
  const application = compiled.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await application.init();
  applications.push(application);
  return application;
}

function get(application: NestFastifyApplication, url: string, credential?: string) {
  return application.inject({ method: 'GET', url, headers: credential ? { 'x-credential': credential } : {} });
}

afterEach(async () => {
  for (const application of applications.splice(0)) await application.close();
});

describe.each(['memory', 'Redis'])('ThrottlingGuard on %s', (where) => {
  let redis: OwnRedis | undefined;
  let database = 0;
  const credential = randomUUID();

  beforeAll(async () => {
    if (where === 'Redis') redis = await spawnRedis(['--databases', '64']);
  });

  afterAll(() => redis?.stop());

  async function serve(limit: number, refusalLimit?: number): Promise<NestFastifyApplication> {
    const application = await start({ limit, refusalLimit, redisUrl: redis && `${redis.url}/${database++}` });
    if (redis) await until(() => application.get(RedisConnection).usable);
    return application;
  }

  it('says what the policy is and what is left of it, as the IETF draft writes it', async () => {
    const { headers } = await get(await serve(3), '/one', credential);
    expect(headers['ratelimit-policy']).toBe('"credential";q=3;w=60');
    expect(headers['ratelimit']).toMatch(/^"credential";r=2;t=(60|59)$/);
  });

  it('has one budget for all routes of a credential, and one for each credential', async () => {
    const application = await serve(2);
    await get(application, '/one', credential);
    expect((await get(application, '/two', credential)).headers['ratelimit']).toContain(';r=0;');
    expect((await get(application, '/one', credential)).statusCode).toBe(429);
    expect((await get(application, '/one', randomUUID())).statusCode).toBe(200);
  });

  it('429 over the budget, with Retry-After and the fields in agreement', async () => {
    const application = await serve(1);
    await get(application, '/one', credential);
    const refused = await get(application, '/one', credential);
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ type: '/problems/too-many-requests', code: 'too_many_requests' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(59);
    expect(refused.headers['ratelimit']).toBe(`"credential";r=0;t=${refused.headers['retry-after']}`);
  });

  it('does not throttle a request without a principal', async () => {
    const application = await serve(1);
    for (let i = 0; i < 3; i++) {
      const { statusCode, headers } = await get(application, '/one');
      expect(statusCode).toBe(200);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });

  it('neither limits nor sends fields when the limit is 0', async () => {
    const { statusCode, headers } = await get(await serve(0), '/one', credential);
    expect(statusCode).toBe(200);
    expect(headers).not.toHaveProperty('ratelimit');
    expect(headers).not.toHaveProperty('ratelimit-policy');
  });

  it('429 for refused credentials from one address, not from another', async () => {
    const application = await serve(0, 2);
    const refuse = async (address: string) => (await get(application, `/refused/${address}`)).statusCode;
    expect([await refuse('192.0.2.1'), await refuse('192.0.2.1'), await refuse('192.0.2.1')]).toEqual([200, 200, 429]);
    expect(await refuse('192.0.2.2')).toBe(200);
  });

  it('counts an IPv6 subscriber as one address, and a mapped IPv4 address as itself', async () => {
    const application = await serve(0, 1);
    const refuse = async (address: string) => (await get(application, `/refused/${address}`)).statusCode;
    expect([await refuse('2001:db8::1'), await refuse('2001:db8::ffff:1')]).toEqual([200, 429]);
    expect(await refuse('2001:db8:0:1::1')).toBe(200);
    expect([await refuse('::ffff:192.0.2.1'), await refuse('192.0.2.1')]).toEqual([200, 429]);
  });

  it('429 over a rolling limit, naming its window', async () => {
    const application = await serve(0);
    for (let i = 0; i < 2; i++) expect((await get(application, '/bots/b1')).statusCode).toBe(200);
    const refused = await get(application, '/bots/b1');
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(59);
    expect((await get(application, '/bots/b2')).statusCode).toBe(200);
    const limits = [{ limit: 1, windowMs: 60_000 }];
    const spend = () => application.get(RollingBudget).spend('b3', limits);
    await spend();
    await expect(spend()).rejects.toThrow(expect.objectContaining({ windowMs: 60_000 }));
    await expect(spend()).rejects.toBeInstanceOf(RollingLimitExceeded);
  });
});

describe('ThrottlingModule', () => {
  it('has no connection without a Redis', async () => {
    const application = await start({ limit: 1 });
    expect(() => application.get(RedisConnection)).toThrow();
  });

  it('shares one budget between two applications on one Redis, and fails no request when Redis is gone', async () => {
    const redis = await spawnRedis();
    const options = { limit: 4, redisUrl: redis.url };
    const both = [await start(options), await start(options)] as const;
    await until(() => both.every((application) => application.get(RedisConnection).usable));
    const hits = Array.from({ length: 10 }, (_, i) => get(both[i % 2]!, '/one', 'shared'));
    const statuses = (await Promise.all(hits)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(4);
    await redis.stop();
    for (let i = 0; i < 20; i++) {
      const { statusCode, headers } = await inTime(get(both[i % 2]!, '/one', 'shared'), 100);
      expect(statusCode).toBe(200);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });
});
