import { readdirSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { fileIn, type PublishedFile } from '../documentation/published.file.js';

const index = 'index.html';

/** What `npm run build` makes of `page/`, whole in memory. */
@Injectable()
export class DashboardFiles {
  readonly page: PublishedFile;
  /** By name. Each name holds a digest of its content. */
  readonly assets: ReadonlyMap<string, PublishedFile>;

  constructor() {
    const folder = join(dirname(findPackageJSON(import.meta.url)!), 'dist/dashboard');
    const names = readdirSync(folder).filter((name) => name !== index);
    this.page = fileIn(folder, index);
    this.assets = new Map(names.map((name) => [name, fileIn(folder, name)]));
  }
}
