import { readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { published, type PublishedFile } from '../documentation/published.file.js';

/** What the page may do: load its own files and call its own server. No inline script or style, no other host, no frame. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const pageHeaders = { 'content-security-policy': contentSecurityPolicy, 'referrer-policy': 'no-referrer' };

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const index = 'index.html';

/** What `npm run build` makes of `page/`, whole in memory. */
@Injectable()
export class DashboardFiles {
  readonly page: PublishedFile;
  /** By name. Each name holds a digest of its content. */
  readonly assets: ReadonlyMap<string, PublishedFile>;

  constructor() {
    const folder = join(dirname(findPackageJSON(import.meta.url)!), 'dist/dashboard');
    const read = (name: string) => published(readFileSync(join(folder, name)), contentTypes[extname(name)]!);
    const names = readdirSync(folder).filter((name) => name !== index);
    this.page = read(index);
    this.assets = new Map(names.map((name) => [name, read(name)]));
  }
}
