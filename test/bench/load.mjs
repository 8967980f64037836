import { connect } from 'node:net';

/**
 * Sends requests over `connections` keep-alive connections, each waiting for its answer before it sends the next.
 * Written on bare sockets, so that the client takes as little as possible of the machine that it measures.
 * @param {{ port: number, connections: number, seconds: number, request: () => string }} options
 * @returns {Promise<{ perSecond: number, p50: number, p99: number, refused: number }>} latencies in milliseconds
 */
export async function load({ port, connections, seconds, request }) {
  const latencies = [];
  let refused = 0;
  const end = performance.now() + seconds * 1000;
  const one = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let sent = 0;
      let received = '';
      const next = () => {
        sent = performance.now();
        if (sent >= end) socket.end(resolve);
        else socket.write(request());
      };
      socket.setNoDelay().setEncoding('latin1');
      socket.on('connect', next).on('error', reject);
      socket.on('data', (chunk) => {
        received += chunk;
        const head = received.indexOf('\r\n\r\n');
        if (head === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(received)[1]);
        if (received.length < head + 4 + length) return;
        if (received.startsWith('HTTP/1.1 200')) latencies.push(performance.now() - sent);
        else refused += 1;
        received = '';
        next();
      });
    });
  await Promise.all(Array.from({ length: connections }, one));
  latencies.sort((a, b) => a - b);
  const quantile = (q) => latencies[Math.floor(q * (latencies.length - 1))];
  return { perSecond: Math.round(latencies.length / seconds), p50: quantile(0.5), p99: quantile(0.99), refused };
}
