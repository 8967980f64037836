import { readdir, readFile } from 'node:fs/promises';

const commented = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*(?:@\w+\([^)]*\)\s*)*export (?:abstract )?class (\w+)/g;

/** The doc comments of the classes in the sources below `folders`, by name: the compiler's plugin reads only their members'. */
export async function classComments(folders: URL[]): Promise<Record<string, string>> {
  const texts = (await Promise.all(folders.map(textsIn))).flat();
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

/** The files whose comments the plugin reads (nest-cli.json). */
const dtoFile = /\.(dto|door)\.ts$/;

async function textsIn(folder: URL): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).filter((name) => dtoFile.test(name));
  return Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
}
