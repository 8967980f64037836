import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ServiceUnavailable } from '#libs/problem-details';

/** Bodies up to this size may use the whole budget. */
const smallBody = 65_536;

/**
 * One number of bytes that all bodies in memory share. A share lives until its response is finished or its connection
 * closed, so that what is parsed or waits to be written counts as well.
 */
export class ByteBudget {
  private taken = 0;
  private readonly shares = new WeakMap<Socket, Set<Share>>();

  constructor(private readonly bytes: number) {}

  /** How much is taken at the moment. */
  get used(): number {
    return this.taken;
  }

  open(socket: Socket, response: ServerResponse): Share {
    const shares = this.shares.get(socket) ?? this.watch(socket);
    const share = new Share(this, () => shares.delete(share));
    shares.add(share);
    response.once('close', () => share.close());
    if (socket.destroyed) share.close();
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

  /** A response that waits behind another one on its connection does not hear of its end. */
  private watch(socket: Socket): Set<Share> {
    const shares = new Set<Share>();
    this.shares.set(socket, shares);
    socket.once('close', () => shares.forEach((share) => share.close()));
    return shares;
  }
}

/** What one body has of the budget. */
export class Share {
  private held = 0;
  private closed = false;

  constructor(
    private readonly budget: ByteBudget,
    private readonly onClose: () => void,
  ) {}

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
    this.onClose();
  }
}
