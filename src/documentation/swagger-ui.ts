import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type PublishedFile, published } from './published.file.js';

/** Everything that the page loads comes from here; a page of ours that is broken into can call nobody else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Afterword API</title>
    <link rel="stylesheet" href="swagger-ui.css">
    <link rel="stylesheet" href="index.css">
    <link rel="icon" href="favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="swagger-ui-bundle.js"></script>
    <script src="start.js"></script>
  </body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  operationsSorter: null,
  validatorUrl: null,
});
`;

/** What is taken from the package as it is. */
const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'index.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The page at /docs. */
export const docsPage = published(page, 'text/html; charset=utf-8');

const read = new Map<string, Promise<PublishedFile>>([
  ['start.js', Promise.resolve(published(start, 'text/javascript; charset=utf-8'))],
]);

/** A file that the page loads, read at its first use; undefined where there is none of that name. */
export function docsAsset(name: string): Promise<PublishedFile> | undefined {
  if (!read.has(name) && Object.hasOwn(assets, name)) read.set(name, fromPackage(name));
  return read.get(name);
}

async function fromPackage(name: string): Promise<PublishedFile> {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return published(await readFile(join(folder, name)), assets[name]!);
}
