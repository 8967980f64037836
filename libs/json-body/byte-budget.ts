import type { ServerResponse } from 'node:http';
import { ServiceUnavailable } from '#libs/problem-details';

/** Bodies up to this size may use the whole budget. */
const smallBody = 65_536;

/**
 * One number of bytes that all bodies in memory share. A share lives until its response is finished or its connection
 * closed, so that what is parsed or waits to be written counts as well.
 */
export class ByteBudget {
  private taken = 0;

  constructor(private readonly bytes: number) {}

  /** How much is taken at the moment. */
  get used(): number {
    return this.taken;
  }

  open(response: ServerResponse): Share {
    const share = new Share(this);
    response.once('close', () => share.close());
    return share;
  }

  /** A quarter is kept for small bodies: otherwise a few connections that announce large ones would shut out all. */
  take(bytes: number, held: number): void {
    const ceiling = held + bytes > smallBody ? this.bytes * 0.75 : this.bytes;
    if (this.taken + bytes > ceiling) throw new ServiceUnavailable('too many bodies are being read, try again');
    this.taken += bytes;
  }

  give(bytes: number): void {
    this.taken -= bytes;
  }
}

/** What one body has of the budget. */
class Share {
  private held = 0;
  private closed = false;

  constructor(private readonly budget: ByteBudget) {}

  /** @throws {ServiceUnavailable} if that much is not left */
  growTo(bytes: number): void {
    if (this.closed || bytes <= this.held) return;
    this.budget.take(bytes - this.held, this.held);
    this.held = bytes;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.budget.give(this.held);
  }
}

export type { Share };
