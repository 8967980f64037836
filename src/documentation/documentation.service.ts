import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Injectable } from '@nestjs/common';
import { dump } from 'js-yaml';
import { type PublishedFile, published } from './published.file.js';

const released = readFileSync(
  new URL('openapi/openapi.json', pathToFileURL(findPackageJSON(import.meta.url)!)),
  'utf8',
);

/** The OpenAPI document as the caller sees the server: below a base path, if any. Each form is made at its first use. */
class Seen {
  private readonly text: string;
  private madeJson?: PublishedFile;
  private madeYaml?: PublishedFile;

  constructor(readonly basePath: string) {
    this.text = basePath === '' ? released : below(basePath);
  }

  get json(): PublishedFile {
    return (this.madeJson ??= published(this.text, 'application/json; charset=utf-8'));
  }

  get yaml(): PublishedFile {
    return (this.madeYaml ??= published(dump(JSON.parse(this.text), { lineWidth: 120 }), 'application/yaml'));
  }
}

function below(basePath: string): string {
  const document = JSON.parse(released) as { info: { description: string } };
  const description = document.info.description.replace('](/problems)', `](${basePath}/problems)`);
  const info = { ...document.info, description };
  return JSON.stringify({ ...document, info, servers: [{ url: basePath }] }, null, 2);
}

/** The OpenAPI document as it was released: `npm run openapi` writes it, CI sees that it is what the code says. */
@Injectable()
export class DocumentationService {
  /** Only the last: behind one proxy they are all the same. */
  private seen = new Seen('');

  below(basePath: string): Seen {
    if (this.seen.basePath !== basePath) this.seen = new Seen(basePath);
    return this.seen;
  }
}
