import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ByteBudget, type Share } from '#libs/byte-budget';
import type { FastifyInstance } from 'fastify';
import { ContentTooLarge, UnsupportedMediaType } from '#libs/problem-details';
import { closeLingering, isClosing } from './lingering-close.js';
import { parseJson } from './parse.js';
import { readBody } from './read.js';
import { jsonLimits } from './scan.js';

export interface JsonBodyOptions {
  /** For which requests {@link bodyDigest} will be asked: a digest costs time. Default: for none. */
  digested?: (request: IncomingMessage) => boolean;
  /** The bytes that all bodies together may take, while they are read and until their response is finished. */
  memoryBudget?: number;
}

/** What a route takes instead of one JSON text, said in its Fastify configuration. */
export interface LinesConfig {
  /** The most bytes of a body. */
  maxBytes: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes `application/x-ndjson`: its body is the bytes as they came, see {@link linesOf}. */
    lines?: LinesConfig;
  }
}

/** An answer to a body that is no longer than this leaves the connection open: reading the rest costs less than a new one. */
const maxBytesForKeepAlive = 65_536;

const bodies = new WeakMap<IncomingMessage, { value: unknown; digest: Buffer | null }>();

const shares = new WeakMap<IncomingMessage, Share>();

/** What the body has of the bytes for all bodies; undefined where there is no body. */
export function bodyShareOf(request: IncomingMessage): Share | undefined {
  return shares.get(request);
}

/** The SHA-256 of the body's bytes. To be asked only for requests that {@link JsonBodyOptions.digested} names. */
export function bodyDigest(request: IncomingMessage): Buffer {
  const body = bodies.get(request);
  if (body?.digest === null) throw new Error('no digest was made of this body: the option digested leaves it out');
  return body?.digest ?? sha256(Buffer.alloc(0));
}

/**
 * Makes JSON, or lines of it where a route says so, the only body that is taken. Other bodies are refused in this order:
 * content type and encoding (415), size (413), too many bytes in memory (503), what {@link parseJson} refuses (400). The
 * body of a request without one is `undefined`. A client that asks first (`Expect: 100-continue`) is told to go on when its
 * head is accepted. It can read an answer that is given while its body is still arriving. To be called before the first route is registered, on an instance without other body parsers.
 */
export function jsonBody(fastify: FastifyInstance, options: JsonBodyOptions = {}): ByteBudget {
  const { memoryBudget = 67_108_864, digested = () => false } = options;
  const budget = new ByteBudget(memoryBudget, 'too many bodies are being read, try again');
  const asking = new WeakSet<IncomingMessage>();
  fastify.server.on('checkContinue', (request, response) => {
    asking.add(request);
    fastify.routing(request, response);
  });

  // Callbacks: a promise for each body costs more than all else here.
  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    const { raw } = request;
    if (isClosing(raw.socket) || reply.raw.destroyed) {
      reply.hijack();
      return;
    }
    if (!hasBody(raw)) return done();
    const { lines } = request.routeOptions.config;
    refuseOtherMedia(raw, lines ? 'application/x-ndjson' : 'application/json');
    const most = lines?.maxBytes ?? jsonLimits.maxBytes;
    const declared = declaredLength(raw);
    if (declared !== undefined && declared > most) throw new ContentTooLarge(most);
    if (asking.has(raw)) reply.raw.writeContinue();
    const share = budget.open(reply.raw, request.ip);
    shares.set(raw, share);
    const keep = (bytes: Buffer): void => {
      bodies.set(raw, { value: lines ? bytes : parseJson(bytes), digest: digested(raw) ? sha256(bytes) : null });
    };
    readBody(raw, { declared, maxBytes: most, share }, keep, done);
  });

  fastify.addHook('onSend', ({ raw }, reply, _payload, done) => {
    // Whoever asked first may send no body after this answer.
    const mayGoOn = !asking.has(raw) && (declaredLength(raw) ?? Infinity) <= maxBytesForKeepAlive;
    if (!raw.complete && hasBody(raw) && !mayGoOn) {
      void reply.header('connection', 'close');
      closeLingering(raw);
    }
    done();
  });

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (request, _payload, done) => done(null, bodies.get(request.raw)?.value));
  return budget;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function declaredLength({ headers }: IncomingMessage): number | undefined {
  return headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
}

function refuseOtherMedia({ headers }: IncomingMessage, wanted: string): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity')
    throw new UnsupportedMediaType('content encoding must be identity: send the body uncompressed', {
      headers: { 'accept-encoding': 'identity' },
    });
  const [mediaType, ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (mediaType!.trim() !== wanted)
    throw new UnsupportedMediaType(`content type must be ${wanted}: set the header Content-Type`);
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => /^charset\s*=/.test(parameter));
  if (charset !== undefined && !/^charset=("?)utf-8\1$/.test(charset))
    throw new UnsupportedMediaType('the charset of the content type must be utf-8');
}
