import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';

/** Milliseconds after which a command counts as a miss. */
const commandDeadline = 50;

async function newClient(url: string) {
  // Imported only where there is a Redis: it is a fifth of all code that a start loads.
  const { createClient } = await import('redis');
  return createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    pingInterval: 200,
    socket: {
      connectTimeout: 1000,
      socketTimeout: 600,
      // By default node-redis closes for good after a socket timeout.
      reconnectStrategy: (retries) => Math.min(500, 25 * 2 ** retries) + Math.random() * 25,
    },
  });
}

export type RedisClient = Awaited<ReturnType<typeof newClient>>;

/**
 * The one connection to Redis, which is never the truth and may be away at any time. It connects by itself, in the
 * background, and again after every loss. A command has 50 ms; after the first miss (no answer in time, or an error)
 * Redis is left alone until it answers a PING, sent every 200 ms. Its coming and going is logged once, at most one line a
 * second.
 */
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnection.name);
  private answering = false;
  /** Misses so far, and connections that broke. */
  failures = 0;
  private saidAway = false;
  private lastMissAt = -Infinity;
  private lastLineAt = -Infinity;

  private constructor(private readonly client: RedisClient) {
    client
      .on('ready', () => this.answered())
      .on('ping-interval', () => this.answered())
      .on('error', (error: Error) => this.missed(error));
  }

  /** `url` is `redis[s]://[user:password@]host[:port][/database]`. */
  static async to(url: string): Promise<RedisConnection> {
    return new RedisConnection(await newClient(url));
  }

  /** Whether commands are being sent: Redis answered a PING since the last miss. */
  get usable(): boolean {
    return this.answering && this.client.isReady;
  }

  /** Begins to connect and does not wait for it. */
  onModuleInit(): void {
    // A failure is an 'error' event as well, and the next attempt follows by itself.
    this.client.connect().catch(() => undefined);
  }

  /** What the commands answered; undefined after a miss, or at once while Redis is skipped. Never throws. */
  async run<T>(commands: (client: RedisClient) => Promise<T>): Promise<T | undefined> {
    if (!this.usable) return undefined;
    try {
      return await withinDeadline(commands(this.client));
    } catch (error) {
      this.missed(error as Error);
      return undefined;
    }
  }

  /** Closes without waiting for answers under way, which become misses. */
  onApplicationShutdown(): void {
    this.client.removeAllListeners('error').on('error', () => undefined);
    this.answering = false;
    this.client.destroy();
  }

  private answered(): void {
    if (this.answering) return this.sayBack();
    this.answering = true;
  }

  /** Logged by a PING that comes a second after the last miss, since a full Redis answers every PING but refuses every write. */
  private sayBack(): void {
    const now = performance.now();
    if (!this.saidAway || now - this.lastMissAt < 1000 || now - this.lastLineAt < 1000) return;
    this.saidAway = false;
    this.lastLineAt = now;
    this.logger.log('Redis is back');
  }

  private missed(error: Error): void {
    const now = performance.now();
    this.failures++;
    this.answering = false;
    this.lastMissAt = now;
    if (this.saidAway || now - this.lastLineAt < 1000) return;
    this.saidAway = true;
    this.lastLineAt = now;
    this.logger.warn(`Redis is away, going on without it: ${error.message}`);
  }
}

/**
 * node-redis' own command timeout ends when the command is written, so it does not see a frozen server. Time in which
 * this process is busy does not count: the clock starts when the command is written, and an answer that is there by the
 * end is read.
 */
function withinDeadline<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const miss = () => reject(new Error(`no answer within ${commandDeadline} ms`));
    let timer: NodeJS.Timeout | undefined;
    const written = setImmediate(() => {
      timer = setTimeout(() => setImmediate(miss), commandDeadline);
    });
    const settle = () => {
      clearImmediate(written);
      clearTimeout(timer);
    };
    answer.then(resolve, reject).finally(settle);
  });
}
