import type { Principal } from '#libs/access';
import { fold } from '#libs/text';
import { type Page, pageOf, type PageQuery } from '#libs/validation';
import { firstWithin, ReadingTurns, type Transaction, Transactions } from '#libs/persistence';
import { type Fault, InvalidInput, NotFound } from '#libs/problem-details';
import { EntityManager, type FilterQuery, type QueryOrderMap, raw } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { numberIn, recordNumber } from '../departments/department.entity.js';
import { DepartmentsService } from '../departments/departments.service.js';
import { Labels } from '../names/labels.js';
import { departmentsIn, Question, type QuestionInput } from './question.entity.js';
import type { UpdateAcquireQuestion } from './questions.dto.js';
import type { Criteria } from './questions.query.js';

/** The configurations of earlier releases may have 2 MiB. A page ends behind this much of them, */
const pageBytes = 4_194_304;
/** and a part of what is read while the client takes the one before. */
const partBytes = 1_048_576;
/** Questions in such a part. */
const partLength = 100;

const rows = { table: 'question', idType: 'bigint', size: sql`octet_length(config::text)` } as const;

/** The questions of a workspace. */
@Injectable()
export class QuestionsService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly departments: DepartmentsService,
    private readonly turns: ReadingTurns,
    labels: Labels,
  ) {
    labels.add('question', (workspaceId, ids) => this.textsOf(workspaceId, ids));
  }

  /** The ids of all that fit. */
  async ids({ workspaceId }: Principal, criteria: Criteria, order: QueryOrderMap<Question>[]): Promise<number[]> {
    const orderBy: QueryOrderMap<Question>[] = [...order, { id: 'asc' }];
    const find = () =>
      this.em.fork().find(Question, fitting(workspaceId, criteria), { fields: ['id'] as const, orderBy });
    return (await this.turns.take(workspaceId, find)).map(({ id }) => id);
  }

  /** The texts of those questions, by number; what is no number of a question has none. */
  private async textsOf(workspaceId: string, ids: string[]): Promise<Map<string, string>> {
    const numbers = ids.map(Number).filter((id, index) => Number.isSafeInteger(id) && String(id) === ids[index]);
    const questions = await this.em
      .fork()
      .find(Question, { workspaceId, id: { $in: numbers } }, { fields: ['question'] });
    return new Map(questions.map(({ id, question }) => [String(id), question]));
  }

  /** Those with these ids, in that order, in parts that hold no more than 1 MiB or one. What has been deleted is not among them. */
  async *inParts({ workspaceId }: Principal, ids: number[]): AsyncGenerator<Question[]> {
    for (let left = ids; left.length > 0;) {
      const wanted = left.slice(0, partLength);
      const part = await this.turns.await(workspaceId, () => this.partOf(workspaceId, wanted, partBytes));
      yield part;
      left = left.slice(part.length > 0 ? left.indexOf(part.at(-1)!.id) + 1 : wanted.length);
    }
  }

  /** One page of those that fit, newest first. With long ones it is shorter than `limit`. */
  async page({ workspaceId }: Principal, criteria: Criteria, { limit, cursor }: PageQuery): Promise<Page<Question>> {
    const before = numberIn('questions', cursor);
    const where = { $and: [fitting(workspaceId, criteria), before === undefined ? {} : { id: { $lt: before } }] };
    const page = { fields: ['id'], orderBy: { id: 'desc' }, limit: limit + 1 } as const;
    return this.turns.take(workspaceId, async () => {
      const ids = (await this.em.fork().find(Question, where, page)).map(({ id }) => id);
      const part = await this.partOf(workspaceId, ids.slice(0, limit), pageBytes);
      const hasNext = part.length > 0 && part.at(-1)!.id !== ids.at(-1);
      // The question in excess that tells of a next page is not at hand.
      return pageOf('questions', hasNext ? [...part, part[0]!] : part, part.length, ({ id }) => [String(id)]);
    });
  }

  private async partOf(workspaceId: string, ids: number[], bytes: number): Promise<Question[]> {
    const em = this.em.fork();
    const order = (await firstWithin(em.getKysely(), rows, workspaceId, ids, bytes)).map(Number);
    const found = await em.find(Question, { workspaceId, id: { $in: order } });
    return found.toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  }

  async get({ workspaceId }: Principal, id: string): Promise<Question> {
    return this.find(this.em.fork(), workspaceId, recordNumber(id));
  }

  private async find(em: EntityManager, workspaceId: string, id: number): Promise<Question> {
    const question = await em.findOne(Question, { workspaceId, id }, { refresh: true });
    if (!question) throw new NotFound();
    return question;
  }

  add({ workspaceId }: Principal, input: QuestionInput): Promise<Question> {
    return this.transactions.run(async (transaction) => {
      const { db, em, now } = transaction;
      const question = new Question();
      question.take({ status: 'active', config: {}, channels: [], ...input }, now);
      await this.check(transaction, workspaceId, question, input);
      const { folded, foldVersion, type, config, channels, status, disabledAt } = question;
      const { rows } = await sql<{ id: string }>`
        insert into question (workspace_id, question, folded, fold_version, type, config, channels, status, disabled_at, created_at)
        values (${workspaceId}, ${question.question}, ${folded}, ${foldVersion}, ${type}, ${JSON.stringify(config)}, ${channels},
          ${status}, ${disabledAt}, ${now})
        returning id`.execute(db);
      const id = Number(rows[0]!.id);
      await relate(transaction, workspaceId, id, departmentsIn(input) ?? []);
      return this.find(em, workspaceId, id);
    });
  }

  /** The same as {@link change}, for a body that may repeat the id in its path. */
  async update(caller: Principal, id: string, { id: repeated, ...change }: UpdateAcquireQuestion): Promise<Question> {
    if (repeated !== undefined && String(repeated) !== id)
      throw new InvalidInput([{ pointer: '/id', detail: 'id must be the one in the path' }]);
    return this.change(caller, id, change);
  }

  /** What `change` leaves out stays. Answers that were given before keep what was asked then. */
  change({ workspaceId }: Principal, id: string, change: QuestionInput): Promise<Question> {
    return this.transactions.run(async (transaction) => {
      const { db, em, now } = transaction;
      const number = recordNumber(id);
      // Locked before it is read: the departments are read with what the statement saw when it began.
      await sql`select 1 from question where workspace_id = ${workspaceId} and id = ${number} for update`.execute(db);
      const question = await this.find(em, workspaceId, number);
      question.take(change, now);
      await this.check(transaction, workspaceId, question, change);
      await em.flush();
      const departments = departmentsIn(change);
      if (departments) await relate(transaction, workspaceId, number, departments);
      return this.find(em, workspaceId, number);
    });
  }

  /** Refuses a question that is not valid as a whole. Its departments cannot be deleted before the transaction ends. */
  private async check(
    transaction: Transaction,
    workspaceId: string,
    question: Question,
    input: QuestionInput,
  ): Promise<void> {
    const known = await this.departments.hold(transaction, workspaceId, departmentsIn(input) ?? []);
    const faults = [...question.faults(), ...unknownDepartments(input, known)];
    if (faults.length > 0) throw new InvalidInput(faults);
  }

  /** Its answers stay. */
  async remove({ workspaceId }: Principal, id: number): Promise<void> {
    const removed = await this.transactions.run(({ em }) => em.nativeDelete(Question, { workspaceId, id }));
    if (removed === 0) throw new NotFound();
  }
}

function fitting(workspaceId: string, { search, id, type, status, departments, channels }: Criteria) {
  const conditions: FilterQuery<Question>[] = [{ workspaceId }];
  if (search) conditions.push({ $or: search.map(holds) });
  if (id) conditions.push({ id });
  if (type) conditions.push({ type });
  if (status) conditions.push({ status });
  if (channels) conditions.push({ channels: { $overlap: channels } });
  if (departments) {
    const isAskedThere = (question: string) => `exists (
      select from question_department asked where asked.workspace_id = ${question}.workspace_id
      and asked.question_id = ${question}.id and asked.department_id = any(?::bigint[]))`;
    conditions.push({ [raw(isAskedThere, [`{${departments.join(',')}}`])]: [] });
  }
  return { $and: conditions };
}

const holds = (part: string): FilterQuery<Question> => ({
  [raw((question) => `position(? in ${question}.folded) > 0`, [fold(part)])]: [],
});

async function relate(
  { db }: Transaction,
  workspaceId: string,
  question: number,
  departments: number[],
): Promise<void> {
  await sql`delete from question_department where workspace_id = ${workspaceId} and question_id = ${question}`.execute(
    db,
  );
  await sql`
    insert into question_department (workspace_id, question_id, department_id, position)
    select ${workspaceId}, ${question}, department, position
    from unnest(${departments}::bigint[]) with ordinality as asked (department, position)`.execute(db);
}

function unknownDepartments(input: QuestionInput, known: ReadonlySet<number>): Fault[] {
  return (input.departments ?? []).flatMap((one, index) => {
    if (known.has(typeof one === 'number' ? one : one.id)) return [];
    return [{ pointer: `/departments/${index}`, detail: `departments[${index}] is no department of the workspace` }];
  });
}
