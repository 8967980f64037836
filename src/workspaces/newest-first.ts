import { timedPositionIn } from '#libs/validation';
import { validate as isUuid } from 'uuid';

/** The order of the lists of this room. */
export const newestFirst = { createdAt: 'desc', id: 'desc' } as const;

/** What stands in `list` behind the position of `cursor`, in {@link newestFirst}; everything without one. */
export function after(list: string, cursor: string | undefined) {
  const position = timedPositionIn(list, cursor, isUuid);
  if (!position) return {};
  const { at, id } = position;
  return { $or: [{ createdAt: { $lt: at } }, { createdAt: at, id: { $lt: id } }] };
}

export function positionOf({ createdAt, id }: { createdAt: Date; id: string }): string[] {
  return [createdAt.toISOString(), id];
}
