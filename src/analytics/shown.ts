import { rest } from '../counting/change.js';

/** How a name that answers are counted by is shown. Something may really be called as the rest is shown; `rest` tells them apart. */
export function shown(name: string): { name: string; rest: boolean } {
  return name === rest ? { name: 'other', rest: true } : { name, rest: false };
}
