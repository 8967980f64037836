import type { OnApplicationShutdown } from '@nestjs/common';

/** Work that goes on beside the requests. */
export interface BackgroundWork {
  /** Begins, and waits for nothing. */
  start(): void;
  /** Begins nothing more, and resolves when what was under way has ended. Never rejects. */
  stop(): Promise<void>;
}

/**
 * All background work of a server, in the order in which it starts. It starts when the server listens, so an application
 * that never listens has none. It stops, in the opposite order and one after the other, when the last request has been
 * answered: while the database is still connected, because its pool waits for ever for a connection that is given out at
 * the moment in which it closes.
 */
export class Background implements OnApplicationShutdown {
  constructor(private readonly work: BackgroundWork[]) {}

  start(): void {
    for (const one of this.work) one.start();
  }

  async onApplicationShutdown(): Promise<void> {
    for (const one of this.work.toReversed()) await one.stop();
  }
}
