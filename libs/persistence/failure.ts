import { InvalidInput, type Problem, ServiceUnavailable } from '#libs/problem-details';

/**
 * What a database failure means for the work that met it:
 * - `conflict`: another transaction was in the way; the same work may be repeated as a whole.
 * - `data`: a value or a constraint refused one row; repeating changes nothing.
 * - `unavailable`: the database cannot serve now; nothing is wrong with the work.
 * - `bug`: anything else.
 */
export type FailureKind = 'conflict' | 'data' | 'unavailable' | 'bug';

/** By SQLSTATE (PostgreSQL, appendix A): whole codes first, then classes. */
const kindOfSqlState: Record<string, FailureKind> = {
  '40001': 'conflict',
  '40P01': 'conflict',
  '25006': 'unavailable',
  // We meet it only when we connect to a database that accepts no connections.
  '55000': 'unavailable',
  '57014': 'unavailable',
  '55P03': 'unavailable',
  '08': 'unavailable',
  '22': 'data',
  '23': 'data',
  '53': 'unavailable',
  '57': 'unavailable',
  '58': 'unavailable',
};

/** How an SQLSTATE is written. */
export const sqlState = /^[0-9A-Z]{5}$/;

/** Errors of the network have a code of their own. */
const ofNetwork = /^(ECONN|EPIPE|ENOENT|ENOTFOUND|ETIMEDOUT|EHOST|ENET|EAI_)/;
/** Errors of the driver have none, and it may tell of the network's in words. */
const inWords =
  /ECONN|ENOTFOUND|ETIMEDOUT|EHOST|ENET|EAI_|connection terminated|connection error|read timeout|timeout exceeded|not queryable|client was closed|pool after calling end/i;

/** There is no database to work with. The message says what is wrong and, where that is known, what to do about it. */
export class DatabaseRefused extends Error {
  override readonly name: string = 'DatabaseRefused';
}

/** The database did not answer, and may some time later. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';
}

/** The SQLSTATE of a database error, or the network's error code, or ''. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Whether a unique constraint refused the row: another one has that name already. */
export function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === '23505';
}

/** Whether a foreign key refused the row: what it refers to is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  return codeOf(error) === '23503';
}

export function failureKind(error: unknown): FailureKind {
  const code = codeOf(error);
  const known = kindOfSqlState[code] ?? (sqlState.test(code) ? kindOfSqlState[code.slice(0, 2)] : undefined);
  if (known) return known;
  if (isOfFile(error)) return 'bug';
  const message = error instanceof Error ? error.message : '';
  return ofNetwork.test(code) || inWords.test(message) ? 'unavailable' : 'bug';
}

/** Whether a file is not there. Where a database has a socket among the files, that is connected to. */
function isOfFile(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as { code?: unknown; syscall?: unknown };
  return code === 'ENOENT' && syscall !== undefined && syscall !== 'connect';
}

/** The connection broke at COMMIT and the database could not be asked in time: stored or not, nobody knows yet. */
export class UnknownOutcome extends Error {
  /** @param what such as `transaction 4711` */
  constructor(what: string) {
    super(`it is not known whether ${what} was committed`);
    this.name = 'UnknownOutcome';
  }
}

/** A database failure as the caller may see it, or undefined where it is a defect of ours. */
export function databaseProblem(error: unknown): Problem | undefined {
  if (error instanceof UnknownOutcome) {
    return new ServiceUnavailable('it is not known whether this was stored, please ask again', { cause: error });
  }
  const kind = failureKind(error);
  if (kind === 'unavailable' || kind === 'conflict') return new ServiceUnavailable(undefined, { cause: error });
  if (kind === 'data' && codeOf(error).startsWith('22')) {
    return new InvalidInput([{ pointer: '', detail: 'the input holds a value that cannot be stored' }], {
      cause: error,
    });
  }
  return undefined;
}
