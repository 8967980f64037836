import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Entry } from './submission.js';

/** What a transaction has deleted. */
export interface Erasure {
  workspaceId: string;
  /** The ids of the entries. */
  entries: string[];
  /** The person, where everything that is known of them was deleted. */
  respondent: string | null;
}

/** Whoever keeps something that tells of entries or people. */
export interface FeedbackListener {
  /** The request whose transaction encloses the caller has stored this entry, or has found it there. */
  stored(entry: Entry): void;
  /** Called before the COMMIT, so that what tells of them is deleted with them. */
  erased(transaction: Transaction, erasure: Erasure): Promise<void>;
}

/** Rooms above this one add themselves here, so that it tells them of entries without knowing them. */
@Injectable()
export class FeedbackListeners {
  private readonly all: FeedbackListener[] = [];

  add(listener: FeedbackListener): void {
    this.all.push(listener);
  }

  stored(entry: Entry): void {
    for (const listener of this.all) listener.stored(entry);
  }

  async erased(transaction: Transaction, erasure: Erasure): Promise<void> {
    for (const listener of this.all) await listener.erased(transaction, erasure);
  }
}
