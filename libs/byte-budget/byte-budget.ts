import type { ServerResponse } from 'node:http';
import { FairShare, type Holder } from '#libs/fair-share';
import { ServiceUnavailable } from '#libs/problem-details';

/** A body or answer of up to this size may use the whole budget. */
const small = 65_536;
/** Larger ones leave this part of it: otherwise a few connections would shut out all others. */
const partForSmall = 0.25;

/** A number of bytes that is shared. A share lives until its response is finished or its connection closed. */
export class ByteBudget {
  private refused = -Infinity;
  private readonly bytes: FairShare;
  private readonly keptForSmall: number;

  /** @param refusal what one is told for whom there is no room */
  constructor(
    bytes: number,
    private readonly refusal: string,
  ) {
    this.bytes = new FairShare(bytes);
    this.keptForSmall = bytes * partForSmall;
  }

  /** How much is taken at the moment. */
  get used(): number {
    return this.bytes.used;
  }

  /** Whether within the last second somebody was refused for whom there was no room, rather than who had its part. */
  get isShort(): boolean {
    return performance.now() - this.refused < 1_000;
  }

  /** @param holder who is held to a part of the budget */
  open(response: ServerResponse, ...holder: Holder): Share {
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
  take(more: number, total: number, holder: Holder): void {
    const kept = total > small ? this.keptForSmall : 0;
    if (this.bytes.take(more, holder, kept)) return;
    if (more > this.bytes.free - kept) this.refused = performance.now();
    throw new ServiceUnavailable(this.refusal);
  }

  /** The same for what cannot be refused any more. */
  charge(more: number, holder: Holder): void {
    this.bytes.charge(more, holder);
  }

  give(bytes: number, holder: Holder): void {
    this.bytes.give(bytes, holder);
  }
}

/** What one body or answer has of the budget. */
class Share {
  private held = 0;
  private closed = false;

  constructor(
    private readonly budget: ByteBudget,
    private holder: Holder,
  ) {}

  /**
   * Has its bytes for another holder from now on.
   * @throws {ServiceUnavailable} if that is more than its part
   */
  passTo(...holder: Holder): void {
    if (this.closed) return;
    this.budget.give(this.held, this.holder);
    this.holder = holder;
    const { held } = this;
    this.held = 0;
    this.growTo(held);
  }

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
