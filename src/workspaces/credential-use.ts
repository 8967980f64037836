import { PeriodicWork } from '#libs/background';
import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';

/** Milliseconds between two writes. */
const flushEvery = 60_000;

/**
 * Notes when each credential was last let in, that is past the guards, and writes it down once a minute for all of them
 * together, and at the end. What a killed process noted is lost.
 */
@Injectable()
export class CredentialUse extends PeriodicWork {
  private used = new Map<string, number>();

  constructor(private readonly transactions: Transactions) {
    super(flushEvery);
  }

  /** To be called before the first route is registered. */
  static heed(fastify: FastifyInstance, use: () => CredentialUse): void {
    fastify.addHook('onSend', ({ principal }, { statusCode }, _payload, done) => {
      if (principal && statusCode !== 429) use().used.set(principal.credentialId, Date.now());
      done();
    });
  }

  protected override round(): Promise<void> {
    return this.flush();
  }

  /** Writes down what was noted since the last time; after a failure it is kept for the next one. */
  async flush(): Promise<void> {
    const { used } = this;
    this.used = new Map();
    const ids = [...used.keys()].filter((id) => isUuid(id));
    if (ids.length === 0) return;
    try {
      await this.write(
        ids,
        ids.map((id) => new Date(used.get(id)!)),
      );
    } catch (error) {
      this.logger.warn({ err: error }, 'the last use of credentials could not be written down yet');
      for (const [id, at] of used) if (!this.used.has(id)) this.used.set(id, at);
    }
  }

  private write(ids: string[], times: Date[]): Promise<unknown> {
    return this.transactions.run(({ db }) =>
      // Locked in order: replicas do this at the same time.
      sql`
        with locked as materialized (
          select id from credential where id = any(${ids}::uuid[]) order by id for no key update
        )
        update credential c set last_used_at = greatest(c.last_used_at, noted.at)
        from locked join unnest(${ids}::uuid[], ${times}::timestamptz[]) as noted (id, at) using (id)
        where c.id = locked.id`.execute(db),
    );
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.flush();
  }
}
