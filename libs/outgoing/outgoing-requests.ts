import { isIP } from 'node:net';
import { buildConnector, Pool } from 'undici';
import { type Destinations, hostOf, OutgoingRefused } from './destinations.js';

/** What came back: a status with the beginning of the body, or why there is none. */
export interface OutgoingAnswer {
  status: number | null;
  error: string | null;
  durationMs: number;
  retryAfter: string | null;
  /** At most as many bytes as are read of it, as UTF-8. */
  body: string;
}

interface Posted {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Which of several addresses is taken: another one at each repetition. */
  turn?: number;
  /** Breaks it off. */
  signal?: AbortSignal;
  /** Milliseconds until it is broken off, where they are fewer than usual. */
  timeout?: number;
}

/** Milliseconds for a connection, for the whole, and for the body after its head. */
const timeouts = { connect: 5_000, whole: 15_000, body: 1_000 };
/** Bytes of a body that are read. */
const bodyBytes = 16_384;
/** Milliseconds for which a connection without a request is kept. */
const idle = 4_000;
/** Connections to one address. */
const connections = 64;
/** Addresses to which connections are kept at a time. */
const mostPools = 1_000;

/** Why a request was broken off, as its answer says it. */
class BrokenOff extends Error {}

/** POSTs to what {@link Destinations} lets through. */
export class OutgoingRequests {
  /** By origin and address: the connection that is reused goes to an address that this request's look-up has found, too. */
  private readonly pools = new Map<string, Pool>();
  private readonly connector = buildConnector({ timeout: timeouts.connect, allowH2: false });

  constructor(private readonly destinations: Destinations) {}

  /** Resolves to what came back, within 15 s. Never rejects. */
  async post(posted: Posted): Promise<OutgoingAnswer> {
    const begun = performance.now();
    const late = new AbortController();
    const timeout = Math.min(posted.timeout ?? Infinity, timeouts.whole);
    const timer = setTimeout(() => late.abort(new BrokenOff(`no answer within ${timeout / 1000} s`)), timeout);
    const signal = AbortSignal.any([late.signal, ...(posted.signal ? [posted.signal] : [])]);
    const answer = { status: null, error: null, retryAfter: null, body: '' };
    try {
      const answered = await this.request(posted, signal, late);
      return { ...answer, ...answered, durationMs: since(begun) };
    } catch (error) {
      return { ...answer, error: inWords(signal.aborted ? signal.reason : error), durationMs: since(begun) };
    } finally {
      clearTimeout(timer);
    }
  }

  private async request(
    { url: text, headers, body, turn = 0 }: Posted,
    signal: AbortSignal,
    late: AbortController,
  ): Promise<Pick<OutgoingAnswer, 'status' | 'retryAfter' | 'body'>> {
    const url = this.destinations.read(text);
    const addresses = await unless(signal, this.destinations.addressesOf(url));
    const pool = this.poolFor(url, addresses[turn % addresses.length]!);
    const path = url.pathname + url.search;
    const answer = await pool.request({ method: 'POST', path, headers, body, signal });
    const retryAfter = [answer.headers['retry-after']].flat()[0] ?? null;
    const timer = setTimeout(() => late.abort(new BrokenOff('enough')), timeouts.body);
    // The status has decided: whatever is wrong with the body changes nothing.
    const said = await beginningOf(answer.body).finally(() => clearTimeout(timer));
    return { status: answer.statusCode, retryAfter, body: said };
  }

  private poolFor(url: URL, address: string): Pool {
    const key = `${url.origin} ${address}`;
    const known = this.pools.get(key);
    if (known) return known;
    if (this.pools.size >= mostPools) this.forgetIdle();
    const name = hostOf(url);
    const servername = isIP(name) > 0 ? undefined : name;
    const pool = new Pool(url.origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: idle,
      keepAliveMaxTimeout: idle,
      headersTimeout: timeouts.whole,
      bodyTimeout: timeouts.whole,
      // The address that was checked, whatever the name may resolve to by now.
      connect: (options, callback) => this.connector({ ...options, hostname: address, servername }, callback),
    });
    this.pools.set(key, pool);
    return pool;
  }

  private forgetIdle(): void {
    for (const [key, pool] of this.pools) {
      const { running, pending, queued } = pool.stats;
      if (running + pending + queued > 0) continue;
      this.pools.delete(key);
      void pool.close();
    }
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.pools.values(), (pool) => pool.destroy()));
    this.pools.clear();
  }
}

/** Resolves as `work` does, or rejects as soon as the signal is raised. */
function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop));
}

/** Leaving the loop cuts the connection, unless the body is at its end. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      size += part.length;
      if (size > bodyBytes) break;
    }
  } catch {
    // Broken off by the other side or by the clock: what is there is what came.
  }
  return Buffer.concat(parts).subarray(0, bodyBytes).toString();
}

function since(begun: number): number {
  return Math.round(performance.now() - begun);
}

/** Texts of undici and Node say what happened at which address. Only their codes are repeated. */
function inWords(error: unknown): string {
  const { code, message } = error as Error & { code?: string };
  if (error instanceof OutgoingRefused) return `refused: the URL ${message}`;
  const known = code === undefined ? undefined : (sentences[code] ?? code.toLowerCase().replaceAll('_', ' '));
  return known ?? message;
}

const sentences: Record<string, string> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection within 5 s',
  UND_ERR_SOCKET: 'the connection was closed before the answer',
  UND_ERR_HEADERS_OVERFLOW: 'the head of the answer is too long',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed before the answer',
};
