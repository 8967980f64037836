import { once } from 'node:events';
import { connect } from 'node:net';
import { ownPathIn } from '#libs/base-path';
import { expectDocumented } from './documented.js';

/** An answer as it came off the line. */
export interface RawAnswer {
  status: number;
  /** Names in lower case; of a name that came twice, the last. */
  headers: Record<string, string>;
  text: string;
  // Tests look into bodies of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/**
 * Sends these very bytes, for what fetch would mend, merge or refuse, and reads the first answer until the connection is
 * closed: have the message say `Connection: close`. Fails where the OpenAPI document knows no such answer.
 */
export async function sendRaw(
  { port, basePath = '' }: { port: number; basePath?: string },
  message: string | Buffer,
): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(message);
  await once(socket, 'close');
  const answer = parseAnswer(Buffer.concat(chunks).toString());
  const [, method = 'GET', url = '/'] = /^([A-Z]+) (\S+) HTTP/.exec(String(message)) ?? [];
  const path = ownPathIn(url, basePath);
  expectDocumented({ ...answer, method, path, body: answer.body ?? answer.text });
  return answer;
}

/** A request with a head of these lines. The body's length is added. */
export function rawRequest(firstLine: string, fields: string[] = [], body = ''): string {
  const framing = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  return [`${firstLine} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...framing, ...fields, '', body].join(
    '\r\n',
  );
}

function parseAnswer(answer: string): RawAnswer {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const text = rest.join('\r\n\r\n');
  const isJson = /[/+]json/.test(headers['content-type'] ?? '') && text !== '';
  return { status: Number(statusLine.split(' ')[1]), headers, text, body: isJson ? JSON.parse(text) : undefined };
}
