import { rest } from '../counting/change.js';

/** How a name is shown that answers are counted by. A thing may really be called `other`: `rest` tells it from the rest. */
export function shown(name: string): { name: string; rest: boolean } {
  return name === rest ? { name: 'other', rest: true } : { name, rest: false };
}
