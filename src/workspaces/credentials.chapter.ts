import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const credentialsChapter: Chapter = {
  name: 'Credentials',
  description: 'The native API: API keys and clients, and what they may do. A secret is shown once.',
};

const credential = {
  id: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
  workspace: '019c1380-0a00-7d51-9a4e-1f2e3d4c5b6a',
  name: 'Web site',
  type: 'api-key',
  scopes: ['feedback:write'],
  bots: null,
  origins: ['https://shop.example'],
  clientId: null,
  createdAt: '2026-01-31T12:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
  previousUntil: null,
};
const secret = { key: 'aw_0123456789abcdefghijklmnopqrstuvwxyz', clientSecret: null };

export const examples = {
  create: {
    request: { name: 'Web site', type: 'api-key', scopes: ['feedback:write'], origins: ['https://shop.example'] },
    response: { ...credential, ...secret },
  },
  list: { response: { data: [credential], nextCursor: null } },
  get: { response: credential },
  rotate: {
    request: { gracePeriod: 3600 },
    response: { ...credential, ...secret, previousUntil: '2026-01-31T13:00:00.000Z' },
  },
} satisfies Record<string, Example>;
