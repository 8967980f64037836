import { positionIn, WrongCursor } from '#libs/json-body';
import { validate as isUuid } from 'uuid';

/** The order of the lists of this room. */
export const newestFirst = { createdAt: 'desc', id: 'desc' } as const;

/** What stands in `list` behind the position of `cursor`, in {@link newestFirst}; everything without one. */
export function after(list: string, cursor: string | undefined) {
  const position = positionIn(list, cursor, 2);
  if (!position) return {};
  const [time, id] = position as [string, string];
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !isUuid(id)) throw new WrongCursor();
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] };
}

export function positionOf({ createdAt, id }: { createdAt: Date; id: string }): string[] {
  return [createdAt.toISOString(), id];
}
