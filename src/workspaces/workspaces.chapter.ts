import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const workspacesChapter: Chapter = {
  name: 'Workspaces',
  description:
    'The native API: the tenants of this instance. Every record belongs to one, and a credential opens exactly one.',
};

const workspace = {
  id: '019c1380-0a00-7d51-9a4e-1f2e3d4c5b6a',
  slug: 'sales',
  name: 'Sales',
  createdAt: '2026-01-31T12:00:00.000Z',
};

export const examples = {
  create: { request: { slug: 'sales', name: 'Sales' }, response: workspace },
  list: { response: { data: [workspace], nextCursor: null } },
  get: { response: workspace },
  change: {
    request: { name: 'Sales and service' },
    response: { ...workspace, name: 'Sales and service' },
  },
  remove: { response: { entries: 34_112, respondents: 8_741, credentials: 3 } },
} satisfies Record<string, Example>;
