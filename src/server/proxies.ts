import type { FastifyInstance } from 'fastify';

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
