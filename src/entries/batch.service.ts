import { setImmediate as turn } from 'node:timers/promises';
import type { Principal } from '#libs/access';
import { type Line, lineCountOf, linesOf } from '#libs/json-body';
import { databaseProblem, Transactions } from '#libs/persistence';
import {
  ContentTooLarge,
  type FailedRequest,
  Forbidden,
  InternalError,
  Problem,
  problemJson,
  ServiceUnavailable,
} from '#libs/problem-details';
import { CredentialBudget } from '#libs/throttling';
import { Injectable } from '@nestjs/common';
import { BulkWriter, type Fate } from '../feedback/bulk.writer.js';
import type { Submission } from '../feedback/submission.js';
import { LineReader } from './line.reader.js';

const maxLines = 10_000;
/** Lines that cost one request of the budget. */
const linesPerRequest = 100;
/** What is stored at a time: lines of which there may be one, and bytes. */
const atOnce = { lines: 1_000, bytes: 1_048_576 };
/** Lines that are read before others have their turn. */
const linesInARow = 100;

/** What became of a line, as it is answered. */
type Answer =
  | { line: number; outcome: 'recorded' | 'updated' | 'unchanged'; id: string }
  | { line: number; outcome: 'refused' | 'failed'; problem: object };

/** A line as it was read: the entry that it asks for, or what is wrong with it. */
interface Read {
  line: number;
  read: Submission | Problem;
}

/**
 * Takes what is submitted natively by the thousand, a line each. While some are stored the next are read, and others have
 * their turns in between, so that neither other requests nor single submissions wait long. A line that is answered as
 * stored is committed.
 */
@Injectable()
export class BatchService {
  constructor(
    private readonly writer: BulkWriter,
    private readonly budget: CredentialBudget,
    private readonly transactions: Transactions,
    private readonly lines: LineReader,
  ) {}

  /**
   * @param text NDJSON; see {@link LineReader}
   * @returns NDJSON, in the order of the lines
   * @throws ContentTooLarge, Forbidden, TooManyRequests, and then nothing is stored; ServiceUnavailable where no line could be
   */
  async submit(caller: Principal, text: Uint8Array, request: FailedRequest): Promise<string> {
    if (caller.origins) throw new Forbidden('a credential that is limited to web origins cannot send batches');
    const count = lineCountOf(text);
    if (count > maxLines) throw new ContentTooLarge(maxLines, 'lines');
    await this.budget.spend(caller.credentialId, Math.ceil(count / linesPerRequest) - 1);
    const answers: Answer[] = [];
    let waiting: Read[] = [];
    for (const lines of inGroups(linesOf(text))) {
      const [, read] = await Promise.all([this.store(waiting, answers, request), this.readAll(caller, lines)]);
      waiting = read;
    }
    await this.store(waiting, answers, request);
    const isStored = ({ outcome }: Answer): boolean => outcome !== 'refused' && outcome !== 'failed';
    // With an Idempotency-Key this answer would be given whenever the lines are sent again.
    const mayFail = !this.transactions.current && answers.some(isStored);
    if (!mayFail && answers.some(hasFailed)) throw new ServiceUnavailable();
    return answers.map((answer) => `${JSON.stringify(answer)}\n`).join('');
  }

  private async readAll(caller: Principal, lines: Line[]): Promise<Read[]> {
    const all: Read[] = [];
    for (const line of lines) {
      if (all.length % linesInARow === 0) await turn();
      all.push({ line: line.number, read: this.read(caller, line) });
    }
    return all;
  }

  /** Stores what was read and adds what became of it to the answers. Once a line has failed no more are tried. */
  private async store(lines: Read[], answers: Answer[], request: FailedRequest): Promise<void> {
    const outage = answers.find(hasFailed);
    const submissions = lines.flatMap(({ read }) => (read instanceof Problem ? [] : [read]));
    const fates = outage ? [] : await this.writer.record(submissions.map(({ entry }) => entry));
    const problemOf = (problem: Problem): object => problemJson.render(problem, request).body;
    let next = 0;
    for (const { line, read } of lines) {
      if (read instanceof Problem) answers.push({ line, outcome: 'refused', problem: problemOf(read) });
      else if (outage) answers.push({ ...outage, line });
      else answers.push(answerOf(line, fates[next++]!, problemOf));
    }
  }

  private read(caller: Principal, { bytes }: Line): Submission | Problem {
    try {
      return this.lines.read(caller, bytes);
    } catch (error) {
      if (error instanceof Problem) return error;
      throw error;
    }
  }
}

function hasFailed({ outcome }: Answer): boolean {
  return outcome === 'failed';
}

function answerOf(line: number, fate: Fate, problemOf: (problem: Problem) => object): Answer {
  if ('kind' in fate) return { line, outcome: fate.kind, id: fate.id };
  const problem = databaseProblem(fate.error) ?? new InternalError(fate.error);
  return { line, outcome: problem.kind.status < 500 ? 'refused' : 'failed', problem: problemOf(problem) };
}

function* inGroups(lines: Iterable<Line>): Generator<Line[]> {
  let group: Line[] = [];
  let bytes = 0;
  for (const line of lines) {
    if (group.length === atOnce.lines || bytes > atOnce.bytes) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(line);
    bytes += line.bytes.length;
  }
  yield group;
}
