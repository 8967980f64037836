/** The doors as the contracts name them: a prefix of their paths, what the document calls their answers, invalid input. */
const doors: [prefix: string, name: 'Acquire' | 'Kore' | 'Haptik' | 'Problem', invalid: number][] = [
  ['/api/v1/', 'Acquire', 400],
  ['/api/public/', 'Kore', 412],
  ['/api/1.1/', 'Kore', 412],
  ['/v1.0/', 'Haptik', 400],
  ['/feedback', 'Problem', 422],
];

/** The door of a path. Every other path is native. */
export function doorAt(path: string): { name: (typeof doors)[number][1]; invalid: number } {
  const [, name, invalid] = doors.find(([prefix]) => path.startsWith(prefix)) ?? ['', 'Problem', 422];
  return { name, invalid };
}

export const prefixes = doors.map(([prefix]) => prefix);
