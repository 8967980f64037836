import { createHash } from 'node:crypto';
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
  if (path.endsWith('/')) return answerWith(page, request, reply);
  return reply.redirect(`${path.split('/').at(-1)}/`, 302);
}

/** RFC 9110 §13.1.2: a list of tags, compared weakly, or `*`. */
function isKnown(etag: string, tags = ''): boolean {
  return tags.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
