import { hash } from 'node:crypto';
import type { ClientCredential } from './credential-directory.js';

/** A token that was verified: against which version of which client, and until when (seconds) that may be relied on. */
export interface VerifiedToken {
  readonly appId: unknown;
  readonly client: ClientCredential;
  readonly until: number;
}

/** Remembers the latest verified tokens by their hash: a bounded number of small entries, and no token in memory. */
export class VerifiedTokens {
  private readonly tokens = new Map<string, VerifiedToken>();

  constructor(private readonly capacity = 10_000) {}

  /** What was remembered of `token`, unless `now` (seconds) is past its time. */
  get(token: string, now: number): VerifiedToken | undefined {
    const verified = this.tokens.get(digestOf(token));
    return verified && now < verified.until ? verified : undefined;
  }

  /** Remembers `token`; the one remembered longest ago makes room. */
  set(token: string, verified: VerifiedToken): void {
    const digest = digestOf(token);
    this.tokens.delete(digest);
    this.tokens.set(digest, verified);
    if (this.tokens.size > this.capacity) this.tokens.delete(this.tokens.keys().next().value!);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
