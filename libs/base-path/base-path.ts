import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';

const basePaths = new WeakMap<IncomingMessage, string>();

/** `/fb` of `/fb` or `/fb/`, nothing of `/`; null where `text` is no path of plain segments. */
export function basePathIn(text: string): string | null {
  const path = text.replace(/\/$/, '');
  return /^(\/(?!\.\.?(\/|$))[\w.~-]+)*$/.test(path) ? path : null;
}

/** The path below which the caller sees the server: nothing, or such as `/fb`. */
export function basePathOf({ raw }: { raw: IncomingMessage }): string {
  return basePaths.get(raw) ?? '';
}

/** For Fastify's option `rewriteUrl`: takes the base path off, and keeps which one the caller sees. */
export function belowBasePath(own: string, isTrusted: (address: string) => boolean): (raw: IncomingMessage) => string {
  return (raw) => {
    const told = isTrusted(raw.socket.remoteAddress ?? '')
      ? forwardedPrefixIn(raw.headers['x-forwarded-prefix'])
      : null;
    basePaths.set(raw, told ?? own);
    return ownPathIn(raw.url!, own);
  };
}

/** Of proxies behind one another each adds its own, the outermost first. */
function forwardedPrefixIn(field: string | string[] | undefined): string | null {
  if (field === undefined) return null;
  const paths = String(field)
    .split(',')
    .map((path) => basePathIn(path.trim()));
  return paths.includes(null) ? null : paths.join('');
}

/**
 * The path and query that a request names: without the base path, if it has it, and without scheme and host, which a
 * request may name too (RFC 9112, section 3.2.2).
 */
export function ownPathIn(target: string, basePath: string): string {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '');
  const rest = path.slice(basePath.length);
  const own = path.startsWith(basePath) && /^([/?]|$)/.test(rest) ? rest : path;
  return /^(\?|$)/.test(own) ? `/${own}` : own;
}

/** Adds the base path to every `Location` that is a path. */
export function completeLocations(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && location.startsWith('/'))
      void reply.header('location', basePathOf(request) + location);
    done();
  });
}
