import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileIn, type PublishedFile } from './published.file.js';

const ownFolder = join(import.meta.dirname, 'page');
const packageFolder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** The page at /docs. */
export const docsPage = fileIn(ownFolder, 'index.html');

/** Where the files that the page loads are. */
const folders = new Map([
  ['start.js', ownFolder],
  ['swagger-ui.css', packageFolder],
  ['index.css', packageFolder],
  ['swagger-ui-bundle.js', packageFolder],
  ['favicon-32x32.png', packageFolder],
]);

const read = new Map<string, PublishedFile>();

/** A file that the page loads, read at its first use; undefined where there is none of that name. */
export function docsAsset(name: string): PublishedFile | undefined {
  const folder = folders.get(name);
  if (folder !== undefined && !read.has(name)) read.set(name, fileIn(folder, name));
  return read.get(name);
}
