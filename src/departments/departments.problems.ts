import { catalogued, Problem, type ProblemOptions } from '#libs/problem-details';
import texts from './departments.problems.json' with { type: 'json' };

/** The workspace has a department of that name already, or one request names it twice. */
export class DuplicateDepartment extends Problem {
  static override readonly status = 409;
  static override readonly slug = 'duplicate-department';
  static override readonly title = 'There is a department of that name already';

  constructor(pointers: string[], options: ProblemOptions = {}) {
    const errors = pointers.map((pointer) => ({ pointer, detail: 'name is in use already' }));
    super('there is a department of that name already', { ...options, errors });
  }
}

export const departmentsProblems = catalogued(texts, [new DuplicateDepartment(['/name'])]);
