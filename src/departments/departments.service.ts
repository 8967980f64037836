import type { Principal } from '#libs/access';
import { type Page, pageOf, type PageQuery } from '#libs/validation';
import { isUniqueViolation, ReadingTurns, type Transaction, Transactions } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Department, numberIn, recordNumber, statusNamed } from './department.entity.js';
import type { ChangeAcquireDepartment, DepartmentDto, NewDepartment } from './departments.dto.js';
import { DuplicateDepartment } from './departments.problems.js';

/** Departments that are read at a time where all are. */
const partLength = 1_000;

/** The departments of a workspace. No two have the same name, however many callers add one at once. */
@Injectable()
export class DepartmentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly turns: ReadingTurns,
  ) {}

  /** How many there are. */
  count({ workspaceId }: Principal): Promise<number> {
    return this.turns.take(workspaceId, () => this.em.fork().count(Department, { workspaceId }));
  }

  /** All of them, oldest first, a thousand at a time. */
  async *inParts({ workspaceId }: Principal): AsyncGenerator<DepartmentDto[]> {
    const page = { orderBy: { id: 'asc' }, limit: partLength } as const;
    for (let last: number | undefined = 0; last !== undefined;) {
      const behind = { workspaceId, id: { $gt: last } };
      const part: Department[] = await this.turns.await(workspaceId, () =>
        this.em.fork().find(Department, behind, page),
      );
      yield part.map(toDepartment);
      last = part.at(partLength - 1)?.id;
    }
  }

  /** One page, newest first. */
  async page({ workspaceId }: Principal, { limit, cursor }: PageQuery): Promise<Page<DepartmentDto>> {
    const before = numberIn('departments', cursor);
    const where = { workspaceId, ...(before !== undefined && { id: { $lt: before } }) };
    const rows = await this.em.fork().find(Department, where, { orderBy: { id: 'desc' }, limit: limit + 1 });
    return pageOf('departments', rows.map(toDepartment), limit, ({ id }) => [String(id)]);
  }

  async get({ workspaceId }: Principal, id: string): Promise<DepartmentDto> {
    const department = await this.em.fork().findOne(Department, { workspaceId, id: recordNumber(id) });
    if (!department) throw new NotFound();
    return toDepartment(department);
  }

  /** @throws DuplicateDepartment where its name is in use */
  async add(caller: Principal, department: NewDepartment): Promise<DepartmentDto> {
    const [added] = await this.insert(caller, [department], () => '/name');
    return added!;
  }

  /**
   * Adds all or, where a name is in use or twice in the list, none.
   * @throws DuplicateDepartment which points at the names
   */
  addAll(caller: Principal, departments: NewDepartment[]): Promise<DepartmentDto[]> {
    return this.insert(caller, departments, (index) => `/department_list/${index}/name`);
  }

  private insert(
    { workspaceId }: Principal,
    departments: NewDepartment[],
    pointerTo: (index: number) => string,
  ): Promise<DepartmentDto[]> {
    const names = departments.map(({ name }) => name);
    const statuses = departments.map(({ status }) => statusNamed(status) ?? 'active');
    refuseDuplicates(names, (name, index) => names.indexOf(name) < index, pointerTo);
    return this.transactions.run(async ({ db }) => {
      // In one order everywhere: two callers who add the same names would else wait for each other.
      const { rows } = await sql<{ id: string; name: string }>`
        insert into department (workspace_id, name, status)
        select ${workspaceId}, name, status from unnest(${names}::text[], ${statuses}::text[]) as new (name, status)
        order by name collate "C"
        on conflict (workspace_id, name) do nothing
        returning id, name`.execute(db);
      const ids = new Map(rows.map(({ id, name }) => [name, Number(id)]));
      refuseDuplicates(names, (name) => !ids.has(name), pointerTo);
      return names.map((name, index) => ({ name, status: statuses[index]!, id: ids.get(name)! }));
    });
  }

  /** @throws DuplicateDepartment where another one has the new name */
  async change({ workspaceId }: Principal, id: string, change: ChangeAcquireDepartment): Promise<DepartmentDto> {
    const where = { workspaceId, id: recordNumber(id) };
    try {
      return await this.transactions.run(async ({ em }) => {
        const department = await em.findOne(Department, where, { lockMode: LockMode.PESSIMISTIC_WRITE });
        if (!department) throw new NotFound();
        department.name = change.name ?? department.name;
        department.status = statusNamed(change.status) ?? department.status;
        return toDepartment(department);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new DuplicateDepartment(['/name'], { cause: error });
      throw error;
    }
  }

  /** Its questions stay, without it. */
  async remove({ workspaceId }: Principal, id: number): Promise<void> {
    const removed = await this.transactions.run(({ em }) => em.nativeDelete(Department, { workspaceId, id }));
    if (removed === 0) throw new NotFound();
  }

  /** Which of these the workspace has. They cannot be deleted before the transaction ends. */
  async hold({ db }: Transaction, workspaceId: string, ids: number[]): Promise<Set<number>> {
    const { rows } = await sql<{ id: string }>`
      select id from department where workspace_id = ${workspaceId} and id = any(${ids}::bigint[])
      order by id for key share`.execute(db);
    return new Set(rows.map(({ id }) => Number(id)));
  }
}

function refuseDuplicates(
  names: string[],
  isDuplicate: (name: string, index: number) => boolean,
  pointerTo: (index: number) => string,
): void {
  const pointers = names.flatMap((name, index) => (isDuplicate(name, index) ? [pointerTo(index)] : []));
  if (pointers.length > 0) throw new DuplicateDepartment(pointers);
}

function toDepartment({ id, name, status }: Department): DepartmentDto {
  return { id, name, status };
}
