import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What everybody may read, whole in memory. */
export interface PublishedFile {
  content: Buffer;
  contentType: string;
  etag: string;
}

export function published(content: Buffer | string, contentType: string): PublishedFile {
  const bytes = Buffer.from(content);
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { content: bytes, contentType, etag: `"${digest}"` };
}

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

export function fileIn(folder: string, name: string): PublishedFile {
  return published(readFileSync(join(folder, name)), contentTypes[extname(name)]!);
}

/** What a page of ours may do: load its own files and call its own server. No inline script or style, no other host, no frame. */
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

/** Answers with the file, or 304 to whoever has it already. By default nobody may keep it without asking whether it is the same. */
export function answerWith(
  { content, contentType, etag }: PublishedFile,
  request: FastifyRequest,
  reply: FastifyReply,
  cacheControl = 'no-cache',
) {
  void reply.headers({ etag, 'cache-control': cacheControl, 'x-content-type-options': 'nosniff' });
  if (isKnown(etag, request.headers['if-none-match'])) return reply.code(304).send();
  return reply.type(contentType).send(content);
}

/**
 * Answers with a page whose files are named relative to its address. That has to end in a slash, whatever stands before
 * the server's own paths: from the address without one the browser is led there.
 */
export function answerWithPage(page: PublishedFile, request: FastifyRequest, reply: FastifyReply) {
  const path = request.url.split('?', 1)[0]!;
  if (path.endsWith('/'))
    return answerWith(page, request, reply.header('content-security-policy', contentSecurityPolicy));
  return reply.redirect(`${path.split('/').at(-1)}/`, 302);
}

/** RFC 9110 §13.1.2: a list of tags, compared weakly, or `*`. */
function isKnown(etag: string, tags = ''): boolean {
  return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
