/** What is in a row: the cells of CSV, null where there is nothing, or the members of a JSON object. */
export type Fields = (string | null)[] | Record<string, unknown>;

/** A row of a file. */
export type Row = {
  /** The line in which it begins, of a JSON document its number; of a row that was refused before, what that was then. */
  at: number;
  /** In characters or bytes. */
  size: number;
} & ({ fields: Fields } | { fault: string; text: string });

/** What a report of refused rows has before what is in them: by these it is known when it is imported. */
export const refusedColumns = ['refused_line', 'refused_because'] as const;
