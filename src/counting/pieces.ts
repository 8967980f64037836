/** A stretch of time that is read from rows of one width, in epoch milliseconds; both ends are multiples of the width. */
export interface Piece {
  minutes: number;
  low: number;
  high: number;
}

/**
 * Cuts buckets into the widest rows that fit into them, and joins what adjoins: a year of UTC days is one piece of days,
 * a year of Berlin's is one of hours.
 * @param widths in minutes, the widest first; `bounds` are multiples of the last
 */
export function piecesOf(bounds: readonly number[], widths: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 1; i < bounds.length; i++) cut(bounds[i - 1]!, bounds[i]!, widths, pieces);
  return pieces;
}

function cut(low: number, high: number, [minutes, ...finer]: readonly number[], pieces: Piece[]): void {
  if (minutes === undefined || low >= high) return;
  const width = minutes * 60_000;
  const first = Math.ceil(low / width) * width;
  const last = Math.floor(high / width) * width;
  if (first >= last) return cut(low, high, finer, pieces);
  cut(low, first, finer, pieces);
  add({ minutes, low: first, high: last }, pieces);
  cut(last, high, finer, pieces);
}

function add(piece: Piece, pieces: Piece[]): void {
  const before = pieces.at(-1);
  if (before?.minutes === piece.minutes && before.high === piece.low) before.high = piece.high;
  else pieces.push(piece);
}
