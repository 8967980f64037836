/** An operation on one key, with when it began and was answered. */
export interface Operation {
  begun: number;
  /** Infinity where nobody knows what became of it: then it may take effect at any later time, or never. */
  ended: number;
  /** What it leaves behind: a content, null for nothing. Absent for a reading. */
  writes?: string | null;
  /** What its answer says was there: after it, or before it where it deletes. Absent where nobody answered. */
  saw?: string | null;
}

/**
 * Whether there is an order of the operations, each at a moment between its beginning and its end, in which every answer is
 * the one that a single register would have given (Wing and Gong, 1993, with a memory of what was tried). Nothing is in it
 * at first.
 */
export function isLinearizable(history: Operation[]): boolean {
  const tried = new Set<string>();
  const from = (left: Operation[], content: string | null): boolean => {
    if (left.every(({ ended }) => ended === Infinity)) return true;
    const state = `${left.map((one) => history.indexOf(one)).join()} ${content}`;
    if (tried.has(state)) return false;
    tried.add(state);
    const firstEnd = Math.min(...left.map(({ ended }) => ended));
    return left
      .filter(({ begun }) => begun <= firstEnd)
      .some((one) => {
        if (!agrees(one, content)) return false;
        const after = one.writes === undefined ? content : one.writes;
        return from(
          left.filter((other) => other !== one),
          after,
        );
      });
  };
  return from(history, null);
}

function agrees({ writes, saw }: Operation, content: string | null): boolean {
  if (saw === undefined) return true;
  if (writes === undefined) return saw === content;
  // A deletion tells whether there was something.
  if (writes === null) return (saw === null) === (content === null);
  return saw === writes;
}
