import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

/** Departments and questions share a chapter in each of the two vocabularies. */
export const acquireChapter: Chapter = {
  name: 'Questions (Acquire)',
  description:
    'The questions that people are asked and the departments that ask them: the dialect of Acquire. `Authorization: Bearer <API key>`. **Ours:** the tenant is the credential’s, not a subdomain’s; the shape of errors; and 404, not 400, for what there is not.',
};
export const questionsChapter: Chapter = {
  name: 'Questions',
  description:
    'The native API: questions, departments and answers. The same questions and departments as in the dialect of Acquire.',
};

const department = { id: 14, name: 'Sales', status: 'active' };

export const acquireExamples = {
  list: { response: { data: { count: 1, data: [{ id: 6, name: 'Sales', status: 'active' }] } } },
  get: { response: { data: department } },
  add: {
    request: { department_list: [{ name: 'Sales', status: 'active' }] },
    response: { data: [department] },
  },
  change: { request: { status: 'disabled' }, response: { data: { ...department, status: 'disabled' } } },
  remove: { response: { data: { deleted: 1 } } },
} satisfies Record<string, Example>;

export const examples = {
  list: { response: { data: [department], nextCursor: null } },
  get: { response: department },
  add: { request: { name: 'Sales' }, response: department },
  change: { request: { name: 'Sales and service' }, response: { ...department, name: 'Sales and service' } },
} satisfies Record<string, Example>;
