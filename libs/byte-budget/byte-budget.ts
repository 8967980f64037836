import type { ServerResponse } from 'node:http';
import { ServiceUnavailable } from '#libs/problem-details';

/** A body or answer of up to this size may use the whole budget. */
const small = 65_536;
/** Larger ones may use this part of it: otherwise a few connections would shut out all others. */
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
    // Whoever left while the answer was made is not heard to leave again.
    if (response.destroyed) share.close();
    else response.once('close', () => share.close());
    return share;
  }

  /**
   * Gives `holder` that many bytes more.
   * @param total what the share has then
   * @throws {ServiceUnavailable} if there is no room
   */
  take(more: number, total: number, holder: string): void {
    const ceiling = total > small ? this.bytes * partForLarge : this.bytes;
    if (this.heldBy(holder) + more > timesFree * (ceiling - this.taken - more)) {
      this.refused = performance.now();
      throw new ServiceUnavailable(this.refusal);
    }
    this.charge(more, holder);
  }

  /** The same for what cannot be refused any more. */
  charge(more: number, holder: string): void {
    this.taken += more;
    this.held.set(holder, this.heldBy(holder) + more);
  }

  private heldBy(holder: string): number {
    return this.held.get(holder) ?? 0;
  }

  give(bytes: number, holder: string): void {
    this.taken -= bytes;
    const held = this.heldBy(holder) - bytes;
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

  /** Has that many bytes, whether they are left or not. */
  chargeTo(bytes: number): void {
    if (this.closed || bytes <= this.held) return;
    this.budget.charge(bytes - this.held, this.holder);
    this.held = bytes;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    if (this.held > 0) this.budget.give(this.held, this.holder);
  }
}

export type { Share };
