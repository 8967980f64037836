import type { Transaction } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import type { Entry } from './submission.js';

/** An entry that came, or that became another. */
export interface Change {
  kind: 'recorded' | 'updated';
  entry: Entry;
}

/** What of a deleted entry is still needed. The other members may be large. */
export type DeletedEntry = Pick<
  Entry,
  | 'workspaceId'
  | 'id'
  | 'source'
  | 'externalId'
  | 'instrument'
  | 'scale'
  | 'score'
  | 'resolved'
  | 'channel'
  | 'languageTag'
  | 'bot'
  | 'version'
> & { hasComment: boolean };

/** What a transaction has deleted. */
export interface Erasure {
  workspaceId: string;
  entries: DeletedEntry[];
  /** The person, where everything that is known of them was deleted. */
  respondent: string | null;
  /** How many records there were, entries included. */
  erased: number;
}

/** Whoever keeps something that tells of entries or people. */
export interface FeedbackListener {
  /** The request whose transaction encloses the caller has stored this entry, or has found it there. */
  stored?(entry: Entry): void;
  /** Whether it is to be told of changes in a workspace. Asked of every batch, so the answer comes from memory. */
  wants?(workspaceId: string): boolean;
  /** Called before the COMMIT, in workspaces that it {@link wants}: what it writes is committed with the changes. */
  changed?(transaction: Transaction, changes: Change[]): Promise<void>;
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
    for (const listener of this.all) listener.stored?.(entry);
  }

  /** Whether somebody is to be told of changes in a workspace. */
  want(workspaceId: string): boolean {
    return this.all.some((listener) => listener.wants?.(workspaceId));
  }

  async changed(transaction: Transaction, changes: Change[]): Promise<void> {
    for (const listener of this.all) {
      const wanted = changes.filter(({ entry }) => listener.wants?.(entry.workspaceId));
      if (wanted.length > 0) await listener.changed?.(transaction, wanted);
    }
  }

  async erased(transaction: Transaction, erasure: Erasure): Promise<void> {
    for (const listener of this.all) await listener.erased(transaction, erasure);
  }
}
