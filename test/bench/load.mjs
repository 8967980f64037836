import { connect } from 'node:net';

/**
 * Sends requests over `connections` keep-alive connections, each waiting for its answer before it sends the next.
 * Written on bare sockets, so that the client takes as little as possible of the machine that it measures.
 * @param {{ port: number, connections: number, seconds: number, request: (connection: number) => string,
 *   accepted?: number[], requests?: number }} options accepted: the statuses that count; requests: ends after so many
 * @returns {Promise<{ perSecond: number, accepted: number, p50: number, p99: number, refused: number }>} latencies in milliseconds
 */
export async function load({ port, connections, seconds, request, accepted = [200, 201], requests = Infinity }) {
  const latencies = [];
  let refused = 0;
  let left = requests;
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const one = (_, connection) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let sent = 0;
      let received = '';
      const next = () => {
        sent = performance.now();
        if (sent >= end || left-- <= 0) socket.end(resolve);
        else socket.write(request(connection));
      };
      socket.setNoDelay().setEncoding('latin1');
      socket.on('connect', next).on('error', reject);
      socket.on('data', (chunk) => {
        received += chunk;
        const head = received.indexOf('\r\n\r\n');
        if (head === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(received)[1]);
        if (received.length < head + 4 + length) return;
        if (accepted.includes(Number(received.slice(9, 12)))) latencies.push(performance.now() - sent);
        else refused += 1;
        received = '';
        next();
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
  const took = (performance.now() - begun) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (q) => latencies[Math.floor(q * (latencies.length - 1))] ?? NaN;
  const count = latencies.length;
  return { perSecond: Math.round(count / took), accepted: count, p50: quantile(0.5), p99: quantile(0.99), refused };
}

/** A request of HTTP/1.1. */
export function post(path, headers, body) {
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\n${fields.join('')}${length}\r\n\r\n${body}`;
}
