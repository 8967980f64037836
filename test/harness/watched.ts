import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http';
import { ownPathIn } from '#libs/base-path';
import { expectDocumented } from './documented.js';

/** What became of the answers of a server. */
export interface Watch {
  /** @throws Error where one of the answers so far was none that the document knows */
  expectDocumented(): void;
}

/**
 * Holds every answer of `server` against the document, whoever asked and however: a client of the tests or of the
 * generated SDK, a browser, or bytes on a socket. Only what Node says of bytes that are no request goes by.
 */
export function watch(server: Server, basePath: string): Watch {
  const faults: unknown[] = [];
  let answered = 0;
  let looked = 0;
  const listen = ({ method, url }: IncomingMessage, response: ServerResponse): void => {
    response.once('finish', () => (answered += 1));
    const path = ownPathIn(url!, basePath);
    whenAnswered(response, (headers, body) => {
      looked += 1;
      try {
        expectDocumented({ method: method!, path, status: response.statusCode, headers, body });
      } catch (error) {
        faults.push(error);
      }
    });
  };
  for (const event of ['request', 'checkExpectation', 'checkContinue']) server.prependListener(event, listen);
  return {
    expectDocumented: () => {
      if (faults.length > 0) throw faults.shift();
      if (looked < answered) throw new Error(`of ${answered} answers only ${looked} were held against the document`);
    },
  };
}

/** Tells of the header fields and of the body, as they are handed to Node. */
function whenAnswered(response: ServerResponse, tell: (headers: OutgoingHttpHeaders, body: unknown) => void): void {
  const writeHead = response.writeHead.bind(response);
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  const chunks: Buffer[] = [];
  let fields: OutgoingHttpHeaders = {};
  const keep = (chunk: unknown): void => {
    // A stream is written without a word about its head before.
    if (isJson({ ...response.getHeaders(), ...fields }) && (typeof chunk === 'string' || chunk instanceof Uint8Array))
      chunks.push(Buffer.from(chunk));
  };
  Object.assign(response, {
    writeHead(...args: Parameters<typeof writeHead>) {
      const given = args.find((arg) => typeof arg === 'object') as OutgoingHttpHeaders | undefined;
      fields = { ...response.getHeaders(), ...given };
      return writeHead(...args);
    },
    write(...args: Parameters<typeof write>) {
      keep(args[0]);
      return write(...args);
    },
    end(...args: Parameters<typeof end>) {
      keep(args[0]);
      const text = Buffer.concat(chunks).toString();
      const ended = end(...args);
      tell({ ...response.getHeaders(), ...fields }, text === '' ? (args[0] ? undefined : '') : JSON.parse(text));
      return ended;
    },
  });
}

function isJson(fields: OutgoingHttpHeaders): boolean {
  return /[/+]json/.test(String(fields['content-type']));
}
