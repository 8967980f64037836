import { positionIn } from '#libs/json-body';
import { InvalidInput } from '#libs/problem-details';
import { validate as isUuid } from 'uuid';

/** The order of the lists of this room. */
export const newestFirst = { createdAt: 'desc', id: 'desc' } as const;

/** What stands behind the position of `cursor` in {@link newestFirst}; everything without one. */
export function after(cursor: string | undefined) {
  const position = positionIn(cursor, 2);
  if (!position) return {};
  const [time, id] = position as [string, string];
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()) || !isUuid(id))
    throw new InvalidInput([{ pointer: '/cursor', detail: 'cursor must be the nextCursor of an earlier answer' }]);
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] };
}

export function positionOf({ createdAt, id }: { createdAt: Date; id: string }): string[] {
  return [createdAt.toISOString(), id];
}
