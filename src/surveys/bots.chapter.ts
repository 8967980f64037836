import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const botsChapter: Chapter = {
  name: 'Bots',
  description: 'The native API: the bots that surveys are answered for.',
};

const bot = {
  id: 'st-053cd130-f983-577a-8aad-2504aebd60b9',
  name: 'Shop assistant',
  orgId: 'o-89b0abd5-19af-5017-a80a-6fc6bfc7a638',
  accountId: '60dbef1bc2f5c25106cdb57d',
  userId: 'u-f5d97fb8-8767-5b6c-a28d-09e9ac281e12',
  createdAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.000Z',
};

export const examples = {
  create: { request: { name: 'Shop assistant' }, response: bot },
  list: { response: { data: [bot], nextCursor: null } },
  get: { response: bot },
  change: {
    request: { name: 'Shop assistant, second edition' },
    response: { ...bot, name: 'Shop assistant, second edition' },
  },
} satisfies Record<string, Example>;
