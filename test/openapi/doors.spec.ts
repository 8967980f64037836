import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { doorFor } from '#libs/problem-details';
import { describe, expect, it } from '@jest/globals';
import { doors } from '../../src/app.module.js';
import { document } from '../harness/documented.js';

const root = join(import.meta.dirname, '../..');

describe('the libs and src/openapi', () => {
  const names = doors.map(({ vendor }) => vendor.split('.', 1)[0]!);
  const files = ['libs', 'src/openapi'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(root, folder, file)),
  );

  it.each(names)('do not know %s', (name) => {
    const knowing = files.filter(
      (file) => file.endsWith('.ts') && new RegExp(name, 'i').test(readFileSync(file, 'utf8')),
    );
    expect(knowing).toEqual([]);
  });
});

describe('a door', () => {
  it.each(doors.map((door) => [door.vendor, door] as const))(
    '%s: has the operations of its chapter, and no other',
    (_, door) => {
      const tagged = Object.entries(document.paths).flatMap(([path, operations]) =>
        Object.values(operations).map(({ tags: [tag] }) => [path, tag === door.chapter] as const),
      );
      expect(tagged.some(([, isOwn]) => isOwn)).toBe(true);
      for (const [path, isOwn] of tagged) expect([path, doorFor(doors, path) === door]).toEqual([path, isOwn]);
    },
  );
});
