import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';

/** That a watch was raised or settled. `data`: the watch as the API shows it, and the `item` of its history that says so. */
export interface WatchEvent {
  workspaceId: string;
  type: 'watch.raised' | 'watch.settled';
  data: object;
}

type Listener = (transaction: Transaction, event: WatchEvent) => Promise<void>;

/** Who must hear of watches: the root says so at the start. What a listener writes is committed with what the watch said. */
@Injectable()
export class WatchListeners {
  private readonly listeners: Listener[] = [];

  add(listener: Listener): void {
    this.listeners.push(listener);
  }

  async tell(transaction: Transaction, event: WatchEvent): Promise<void> {
    for (const listener of this.listeners) await listener(transaction, event);
  }
}
