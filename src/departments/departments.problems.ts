import { type CataloguedProblem, Problem, type ProblemOptions } from '#libs/problem-details';

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

export const departmentsProblems: CataloguedProblem[] = [
  {
    example: new DuplicateDepartment(['/name']),
    when: 'The workspace has a department of that name, or one request names it twice. Nothing was stored.',
    remedy: 'Choose another name, or use the department that is there.',
  },
];
