import type { ServerResponse } from 'node:http';
import { ServiceUnavailable } from '#libs/problem-details';

/** What is up to this size may use the whole budget, */
const small = 65_536;
/** what is larger this part: else a few connections with large ones would shut out all. */
const partForLarge = 0.75;
/** What one holder may hold, as a multiple of what is free. */
const timesFree = 3;

/** A number of bytes that is shared. A share lives until its response is finished or its connection closed. */
export class ByteBudget {
  private taken = 0;
  private refused = -Infinity;
  private readonly held = new Map<string, number>();

  /** @param refusal what one is told for whom there is no room */
  constructor(
    private readonly bytes: number,
    private readonly refusal: string,
  ) {}

  /** How much is taken at the moment. */
  get used(): number {
    return this.taken;
  }

  /** Whether somebody was refused within the last second. */
  get isShort(): boolean {
    return performance.now() - this.refused < 1_000;
  }

  /** @param holder who is held to a part of the budget */
  open(response: ServerResponse, holder: string): Share {
    const share = new Share(this, holder);
    response.once('close', () => share.close());
    return share;
  }

  /** @param size what the share has, with `bytes` more */
  take(bytes: number, size: number, holder: string): void {
    const taken = this.taken + bytes;
    const held = (this.held.get(holder) ?? 0) + bytes;
    const ceiling = size > small ? this.bytes * partForLarge : this.bytes;
    if (held > timesFree * (ceiling - taken)) {
      this.refused = performance.now();
      throw new ServiceUnavailable(this.refusal);
    }
    this.taken = taken;
    this.held.set(holder, held);
  }

  give(bytes: number, holder: string): void {
    this.taken -= bytes;
    const held = this.held.get(holder)! - bytes;
    if (held > 0) this.held.set(holder, held);
    else this.held.delete(holder);
  }
}

/** What one body or answer has of the budget. */
class Share {
  private held = 0;
  private closed = false;

  constructor(
    private readonly budget: ByteBudget,
    private readonly holder: string,
  ) {}

  /** @throws {ServiceUnavailable} if that much is not left */
  growTo(bytes: number): void {
    if (this.closed || bytes <= this.held) return;
    this.budget.take(bytes - this.held, bytes, this.holder);
    this.held = bytes;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.held > 0) this.budget.give(this.held, this.holder);
  }
}

export type { Share };
