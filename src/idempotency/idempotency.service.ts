import { parseStored } from '#libs/json-body';
import { codeOf, type Transaction, Transactions, Turns } from '#libs/persistence';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { type Erasure, FeedbackListeners } from '../feedback/feedback.listeners.js';
import { type About, answerAbout, collectingAbout } from './answer-about.js';
import { IdempotencyKeyReused, RequestStillRunning } from './idempotency.problems.js';

/** A request and the name that its caller gave it. */
export interface KeyedRequest {
  workspaceId: string;
  credentialId: string;
  /** SHA-256 of method and decoded path. */
  operation: Buffer;
  /** The same of the path as it was sent, percent-encoded or not: answers of earlier releases are found by it. */
  asSpelled: Buffer;
  key: string;
  /** SHA-256 of the body. */
  bodyDigest: Buffer;
  /** Whether the body is lines of JSON. */
  hasLines: boolean;
}

/** What a request was answered with. */
export interface Answer {
  status: number;
  location: string | null;
  body: unknown;
}

interface Kept {
  body_digest: Buffer;
  status: number;
  location: string | null;
  answer: string;
}

/** How long an answer is kept. */
export const keptFor = sql.raw("interval '24 hours'");
const lockNotAvailable = '55P03';

/** How long a request waits for the same request's commit on another replica. */
const lockTimeout = '1s';

/** Requests carried out at once. Each holds a connection and may need a second: more would wait for each other. */
const atOnce = 4;

/** Milliseconds that a request of many lines may take: one at a time of a workspace. */
const statementTimeout = 30_000;

/** Carries out a request once, however often it is sent. */
@Injectable()
export class IdempotencyService {
  private readonly running = new Set<string>();
  private readonly turns = new Turns(atOnce, 'too many requests with an Idempotency-Key at once');
  private readonly turnsOfLines = new Turns(2, 'another request of many lines with an Idempotency-Key is running');

  constructor(
    private readonly transactions: Transactions,
    listeners: FeedbackListeners,
  ) {
    listeners.add({ stored: ({ id }) => answerAbout({ entryId: id }), erased: forget });
  }

  /**
   * Runs `work` and keeps its answer, in one transaction; or gives the answer that was kept for the same request. Where
   * `work` throws, nothing is kept.
   * @param withoutSecrets makes what is kept of the answer's body
   * @throws RequestStillRunning, IdempotencyKeyReused, or what `work` throws
   */
  async once(
    request: KeyedRequest,
    work: () => Promise<Answer>,
    withoutSecrets: (body: unknown) => unknown,
  ): Promise<Answer & { replayed: boolean }> {
    const name = JSON.stringify([
      request.workspaceId,
      request.credentialId,
      request.operation.toString('hex'),
      request.key,
    ]);
    if (this.running.has(name)) throw new RequestStillRunning();
    this.running.add(name);
    try {
      const turns = request.hasLines ? this.turnsOfLines : this.turns;
      return await turns.take(request.workspaceId, () =>
        this.transactions.enclose(
          async (transaction) => {
            const first = await reserve(transaction, request);
            if (first) return { ...first, replayed: true };
            const { answer, about } = await collectingAbout(work);
            await keep(transaction, request, { ...answer, body: withoutSecrets(answer.body) }, about);
            return { ...answer, replayed: false };
          },
          {
            statementTimeout: request.hasLines ? statementTimeout : undefined,
            proof: async (em) => (await find({ db: em.getKysely() }, request)) !== undefined,
          },
        ),
      );
    } finally {
      this.running.delete(name);
    }
  }
}

/**
 * Takes the key for this transaction, which is the first lock that it holds.
 * @returns the answer that was kept, if there is one
 */
async function reserve(transaction: Transaction, request: KeyedRequest): Promise<Answer | undefined> {
  const { operation, asSpelled } = request;
  const earlier = operation.equals(asSpelled)
    ? undefined
    : await find(transaction, { ...request, operation: asSpelled });
  if (!earlier && (await insertKey(transaction, request))) return undefined;
  const kept = earlier ?? (await find(transaction, request));
  // The answer was erased between the two statements.
  if (!kept) throw new RequestStillRunning();
  if (!kept.body_digest.equals(request.bodyDigest)) throw new IdempotencyKeyReused();
  return { status: kept.status, location: kept.location, body: parseStored(kept.answer) };
}

async function insertKey({ db, now }: Transaction, request: KeyedRequest): Promise<boolean> {
  const { workspaceId, credentialId, operation, key, bodyDigest } = request;
  await sql`select set_config('lock_timeout', ${lockTimeout}, true)`.execute(db);
  try {
    const { rows } = await sql`
      insert into idempotency_key (workspace_id, credential_id, operation, key, body_digest, created_at)
      values (${workspaceId}, ${credentialId}, ${operation}, ${key}, ${bodyDigest}, ${now})
      on conflict (workspace_id, credential_id, operation, key) do update
        set body_digest = excluded.body_digest, created_at = excluded.created_at
        where idempotency_key.created_at <= ${now}::timestamptz - ${keptFor}
      returning 1`.execute(db);
    await sql`set local lock_timeout to default`.execute(db);
    return rows.length > 0;
  } catch (error) {
    throw codeOf(error) === lockNotAvailable ? new RequestStillRunning() : error;
  }
}

async function keep(
  { db }: Transaction,
  request: KeyedRequest,
  { status, location, body }: Answer,
  { entryId, respondent }: About,
): Promise<void> {
  await sql`
    update idempotency_key set status = ${status}, location = ${location}, answer = ${JSON.stringify(body ?? null)},
      entry_id = ${entryId}, respondent = ${respondent}
    where ${isFor(request)}`.execute(db);
}

async function forget({ db }: Transaction, { workspaceId, entries, respondent }: Erasure): Promise<void> {
  await sql`delete from idempotency_key where workspace_id = ${workspaceId}
    and (entry_id = any(${entries.map(({ id }) => id)}::uuid[]) or respondent = ${respondent})`.execute(db);
}

async function find({ db }: Pick<Transaction, 'db'>, request: KeyedRequest): Promise<Kept | undefined> {
  const { rows } = await sql<Kept>`
    select body_digest, status, location, answer::text as answer from idempotency_key
    where ${isFor(request)} and status is not null and created_at > now() - ${keptFor}`.execute(db);
  return rows[0];
}

function isFor({ workspaceId, credentialId, operation, key }: KeyedRequest) {
  return sql`(workspace_id, credential_id, operation, key) = (${workspaceId}::uuid, ${credentialId}, ${operation}, ${key})`;
}
