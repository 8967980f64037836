import { isIP } from 'node:net';
import proxyAddr from '@fastify/proxy-addr';
import type { FastifyInstance } from 'fastify';

/**
 * Whether the address is one of the proxies that `TRUST_PROXY` lists: addresses, ranges, or names such as `loopback`.
 * null where it lists something else.
 */
export function trustIn(text: string): ((address: string) => boolean) | null {
  const proxies = text.split(',').map((proxy) => proxy.trim());
  if (!proxies.every(isProxy)) return null;
  const isTrusted = proxyAddr.compile(proxies);
  return (address) => isTrusted(address, 0);
}

/** An address, a range, or one of the names that Fastify knows ranges by. */
function isProxy(text: string): boolean {
  const [address = '', bits = '1', ...rest] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  if (most === undefined) return ['loopback', 'linklocal', 'uniquelocal'].includes(text);
  return rest.length === 0 && /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most;
}

/**
 * Some proxies write an address into `X-Forwarded-For` with its port, which differs from one connection to the next:
 * `203.0.113.9:40001`, `[2001:db8::1]:443`. Only the address says where a request comes from, and which proxy is trusted.
 */
export function forgetPorts(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    const sent = headers['x-forwarded-for'];
    if (typeof sent === 'string') headers['x-forwarded-for'] = sent.split(',').map(withoutPort).join(',');
    done();
  });
}

function withoutPort(hop: string): string {
  const trimmed = hop.trim();
  const [, v4, v6] = /^(?:([\d.]+)(?::\d+)|\[([\da-f:.]+)\](?::\d+)?)$/i.exec(trimmed) ?? [];
  return v4 ?? v6 ?? trimmed;
}
