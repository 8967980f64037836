import { Transactions } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';

/** How much feedback a workspace holds. */
export interface Census {
  entries: number;
  /** People who are registered or are named by an entry. */
  respondents: number;
}

/** Counts the stored rows themselves. That takes seconds in a large workspace, and is asked seldom. */
@Injectable()
export class FeedbackCensus {
  constructor(private readonly transactions: Transactions) {}

  of(workspaceId: string): Promise<Census> {
    return this.transactions.run(
      async ({ db }) => {
        const { rows } = await sql<Census>`
          select
            (select count(*) from feedback_entry where workspace_id = ${workspaceId})::float8 as entries,
            (select count(*) from (
              select respondent from feedback_entry where workspace_id = ${workspaceId} and respondent is not null
              union select respondent from person where workspace_id = ${workspaceId}
            ) people)::float8 as respondents`.execute(db);
        return rows[0]!;
      },
      { statementTimeout: 30_000 },
    );
  }
}
