import { once } from 'node:events';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { BoundedClient } from './bounded-client.js';
import { clientConfigOf } from './persistence.module.js';

export interface NotificationListener {
  heard(payload: string): void;
  /** The channel is open from now on. What was said before was missed. */
  opened(): void;
  /** Nothing is heard any more, until it is opened again. */
  lost(): void;
}

/** Milliseconds between two attempts to connect, and from one answer to the next question whether the connection still lives. */
const pauses = { reconnect: 250, heartbeat: 300 };
/** Milliseconds for the answer. Together they are less than a second. */
const answerWithin = 500;

/**
 * Hears what is said on a channel of PostgreSQL's (`NOTIFY`, channel in lower case), on a connection of its own that is
 * made again after every loss, and when it does not answer. Nothing is heard while it is lost, or behind a pooler that hands a connection to another
 * client after each transaction.
 */
export class NotificationChannel {
  private readonly closing = new AbortController();
  private ended: Promise<void> | undefined;

  constructor(
    private readonly em: EntityManager,
    private readonly channel: string,
    private readonly listener: NotificationListener,
  ) {}

  /** Begins to connect and does not wait for it. */
  start(): void {
    this.ended ??= this.keepListening();
  }

  private async keepListening(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      // Whatever went wrong, the requests that need the database report it.
      await this.listen().catch(() => undefined);
      await delay(pauses.reconnect, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until the connection is lost, or not wanted any more. */
  private async listen(): Promise<void> {
    const { signal } = this.closing;
    const name = { application_name: `listens to ${this.channel}` };
    const client = new BoundedClient({ ...clientConfigOf(this.em), ...name });
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => this.listener.heard(payload ?? ''));
    try {
      await client.connect();
      const lost = once(client, 'end', { signal }).catch(() => undefined);
      await (client as pg.Client).query(`listen "${this.channel}"`);
      this.listener.opened();
      for (let alive = true; alive && !signal.aborted;) {
        alive = await Promise.race([lost.then(() => false), heartbeat(client, signal)]);
      }
    } finally {
      this.listener.lost();
      const hanging = setTimeout(() => client.cut(), signal.aborted ? answerWithin : 0);
      await client.end().catch(() => undefined);
      clearTimeout(hanging);
    }
  }

  /** Resolves when the connection is closed. */
  async stop(): Promise<void> {
    this.closing.abort();
    await this.ended;
  }
}

/**
 * Whether a question is answered in time. Whatever was notified before is heard before the answer, since both come over the
 * same connection.
 */
async function heartbeat(client: pg.Client, signal: AbortSignal): Promise<boolean> {
  await delay(pauses.heartbeat, undefined, { signal, ref: false });
  const answered = client.query('select 1').then(() => true);
  return Promise.race([answered, late(signal)]);
}

async function late(signal: AbortSignal): Promise<false> {
  await delay(answerWithin, undefined, { signal, ref: false });
  // Where this process was busy, the answer may be there and not read yet.
  await turn();
  await turn();
  return false;
}
