import { readdir, readFile } from 'node:fs/promises';

const commented = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:@\w+\([^)]*\)\s*)*export (?:abstract )?class (\w+)/g;

/** The doc comments of the classes in the sources below `folder`, by name: the compiler's plugin reads only their members'. */
export async function classComments(folder: URL): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.dto.ts'));
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
  const found = texts.flatMap((text) => [...text.matchAll(commented)]);
  return Object.fromEntries(
    found.map(([, comment, name]) => [
      name!,
      comment!
        .replaceAll(/^\s*\* ?/gm, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    ]),
  );
}
