/** The order of a list, for entities with a time of making and an id. */
export const newestFirst = { createdAt: 'desc', id: 'desc' } as const;

/** The filter that leaves what stands behind `position` in {@link newestFirst}; without one it leaves everything. */
export function behind(position: { at: Date; id: string } | undefined) {
  if (!position) return {};
  const { at, id } = position;
  return { $or: [{ createdAt: { $lt: at } }, { createdAt: at, id: { $lt: id } }] };
}

/** Where an entity stands in {@link newestFirst}. */
export function positionOf({ createdAt, id }: { createdAt: Date; id: string }): string[] {
  return [createdAt.toISOString(), id];
}
