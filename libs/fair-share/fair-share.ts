/** What one holder may hold, as a multiple of what it leaves free. */
const timesFree = 3;

/**
 * Who holds a part: one name, or the names of a group and of its member. The member is held to a part of what its group may
 * have.
 */
export type Holder = readonly [string, ...string[]];

/**
 * A quantity that is shared by holders: bytes, places, turns. While nobody else wants any, one holder gets up to three
 * quarters of it; whoever holds nothing gets what is free.
 */
export class FairShare {
  private taken = 0;
  private readonly held = new Map<string, number>();

  /** @param total how much there is; an integer */
  constructor(private readonly total: number) {}

  /** How much is taken at the moment. */
  get used(): number {
    return this.taken;
  }

  /** How much is not taken. */
  get free(): number {
    return this.total - this.taken;
  }

  /**
   * Gives `holder` that much more, if that is within its part.
   * @param reserve what has to stay free
   * @returns whether it was given
   */
  take(amount: number, holder: Holder, reserve = 0): boolean {
    let free = this.free - reserve;
    for (const name of namesOf(holder)) {
      const held = this.heldBy(name);
      if (amount > free || (held > 0 && held + amount > timesFree * (free - amount))) return false;
      // The most that it could be given now.
      if (held > 0) free = (timesFree * free - held) / (timesFree + 1);
    }
    this.charge(amount, holder);
    return true;
  }

  /** The same for what cannot be refused any more. */
  charge(amount: number, holder: Holder): void {
    this.taken += amount;
    for (const name of namesOf(holder)) this.held.set(name, this.heldBy(name) + amount);
  }

  /** Takes back what was given. */
  give(amount: number, holder: Holder): void {
    this.taken -= amount;
    for (const name of namesOf(holder)) {
      const held = this.heldBy(name) - amount;
      if (held > 0) this.held.set(name, held);
      else this.held.delete(name);
    }
  }

  /** How much somebody holds: a group, by its name, or a member, by both. */
  heldBy(...names: string[]): number {
    return this.held.get(names.join('\n')) ?? 0;
  }
}

/** The name of the group, and the one that its member has within it. */
function namesOf(holder: Holder): string[] {
  return holder.length === 1 ? [holder[0]] : holder.map((_, end) => holder.slice(0, end + 1).join('\n'));
}
