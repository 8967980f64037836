import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const healthChapter: Chapter = {
  name: 'Health',
  description: 'Whether the server works, for those who watch it.',
};

export const examples = {
  livez: { response: { status: 'alive' } },
  readyz: {
    response: { status: 'ready', database: 'up', draining: false },
    unavailable: { status: 'not ready', database: 'down', draining: false },
  },
} satisfies Record<string, Example>;
