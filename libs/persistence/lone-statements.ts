import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import type pg from 'pg';
import { codeOf, failureKind, isUniqueViolation, UnknownOutcome } from './failure.js';

/** A statement that is prepared under its name, once on each connection. */
export interface LoneStatement {
  name: string;
  text: string;
}

/** Milliseconds that an answer is waited for at least: a connection that is cut off has to be made again. */
const leastTimeout = 100;

/**
 * Statements that are transactions of their own: one round trip, in autocommit. Where a connection breaks before the
 * answer, nobody can say whether the statement was committed. So it is sent again, and has to be one that stores nothing
 * twice: a unique constraint makes the repetition wait for the first, and refuses it where that was committed.
 */
@Injectable()
export class LoneStatements {
  private readonly logger = new Logger(LoneStatements.name);

  constructor(private readonly em: EntityManager) {}

  /**
   * @param deadline by `performance.now()`: the end of all repeating and waiting
   * @returns the rows; undefined where they are lost, and a repetition was told that what it stores is there
   * @throws the database's error, and then nothing is stored; or {@link UnknownOutcome}
   */
  async run<Row>(statement: LoneStatement, values: unknown[], deadline: number): Promise<Row[] | undefined> {
    const pool = await this.em.getConnection().getNativeClient();
    for (let isUnknown = false; ;) {
      let client: pg.PoolClient | undefined;
      try {
        client = await pool.connect();
        const query_timeout = Math.max(leastTimeout, deadline - performance.now());
        const { rows } = await client.query({ ...statement, values, query_timeout } as pg.QueryConfig);
        client.release();
        return rows as Row[];
      } catch (error) {
        const broke = mayBeCommitted(error);
        client?.release(broke);
        if (isUnknown && isUniqueViolation(error)) return undefined;
        if (broke && client && !isUnknown)
          this.logger.warn({ err: error }, 'a statement got no answer, sending it again');
        isUnknown ||= broke && client !== undefined;
        if (!isUnknown || isDefinite(error)) throw error;
      }
      if (performance.now() > deadline) throw new UnknownOutcome(`the statement ${statement.name}`);
      await sleep(25);
    }
  }
}

/** Not where PostgreSQL said that it gave up. That it ends the connection it may say after the commit. */
function mayBeCommitted(error: unknown): boolean {
  return failureKind(error) === 'unavailable' && !/^(25|53|55|58|57014)/.test(codeOf(error));
}

/** Whether a repetition got as far as to know that the first was not committed. */
function isDefinite(error: unknown): boolean {
  return ['data', 'bug'].includes(failureKind(error));
}
