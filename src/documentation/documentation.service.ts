import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Injectable } from '@nestjs/common';
import { dump } from 'js-yaml';
import { type PublishedFile, published } from './published.file.js';

/** The OpenAPI document as it was released: `npm run openapi` writes it, CI sees that it is what the code says. */
@Injectable()
export class DocumentationService {
  private readonly text = readFileSync(
    new URL('openapi/openapi.json', pathToFileURL(findPackageJSON(import.meta.url)!)),
  );

  readonly json = published(this.text, 'application/json; charset=utf-8');
  private madeYaml?: PublishedFile;

  /** Made at its first use. */
  get yaml(): PublishedFile {
    this.madeYaml ??= published(dump(JSON.parse(this.text.toString()), { lineWidth: 120 }), 'application/yaml');
    return this.madeYaml;
  }
}
