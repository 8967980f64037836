import { setImmediate as turn } from 'node:timers/promises';
import type { Principal } from '#libs/access';
import { type Line, lineCountOf, linesOf } from '#libs/json-body';
import { databaseProblem } from '#libs/persistence';
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
import { FeedbackWriter } from '../feedback/feedback.writer.js';
import type { Submission } from '../feedback/submission.js';
import { LineReader } from './line.reader.js';

const maxLines = 10_000;
/** Lines that cost one request of the budget. */
const linesPerRequest = 100;
/** Lines that are read and stored before others have their turn. */
const linesAtOnce = 250;

/** What became of a line, as it is answered. */
type Answer =
  | { line: number; outcome: 'recorded' | 'updated' | 'unchanged'; id: string }
  | { line: number; outcome: 'refused' | 'failed'; problem: object };

/**
 * Takes what is submitted natively by the thousand, a line each. Lines are read and stored some hundreds at a time, so
 * that neither other requests nor single submissions wait long. A line that is answered as stored is committed.
 */
@Injectable()
export class BatchService {
  constructor(
    private readonly writer: FeedbackWriter,
    private readonly budget: CredentialBudget,
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
    for (const lines of inGroups(linesOf(text), linesAtOnce)) {
      answers.push(...(await this.store(caller, lines, request)));
      await turn();
    }
    const isStored = ({ outcome }: Answer): boolean => outcome !== 'refused' && outcome !== 'failed';
    if (answers.some(({ outcome }) => outcome === 'failed') && !answers.some(isStored)) throw new ServiceUnavailable();
    return answers.map((answer) => `${JSON.stringify(answer)}\n`).join('');
  }

  private async store(caller: Principal, lines: Line[], request: FailedRequest): Promise<Answer[]> {
    const problemOf = (problem: Problem): object => problemJson.render(problem, request).body;
    const read = lines.map((line) => this.read(caller, line));
    const submissions = read.filter((one): one is Submission => !(one instanceof Problem));
    const fates = (await this.writer.recordMany(submissions)).values();
    return read.map((one, index): Answer => {
      const line = lines[index]!.number;
      if (one instanceof Problem) return { line, outcome: 'refused', problem: problemOf(one) };
      const fate = fates.next().value!;
      if ('result' in fate) return { line, outcome: fate.result.kind, id: fate.result.entry.id };
      const problem = databaseProblem(fate.error) ?? new InternalError(fate.error);
      return { line, outcome: problem.kind.status < 500 ? 'refused' : 'failed', problem: problemOf(problem) };
    });
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

function* inGroups<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let group: T[] = [];
  for (const item of items) {
    group.push(item);
    if (group.length === size) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}
