import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { call, type Reachable } from './app.js';

/** A message as it arrived. */
export interface Message {
  id: string;
  path: string;
  headers: Record<string, string>;
  /** As it was sent. */
  text: string;
  // Messages have bodies of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** Says what a message is answered with: a status, or the whole of it. */
export type Answering = (message: Message, response: ServerResponse) => number | void | Promise<number | void>;

/** Somebody who receives messages. */
export interface Receiver {
  url: string;
  /** In the order in which they came. */
  messages: Message[];
  answer: Answering;
  close(): Promise<void>;
}

/** Starts a receiver, which answers 204 until it is told otherwise. */
export async function startReceiver(answer: Answering = () => 204, port = 0): Promise<Receiver> {
  const server = createServer((request, response) => void receive(request, response)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/hook`,
    messages: [],
    answer,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const headers = request.headers as Record<string, string>;
    const message = { id: headers['webhook-id'] ?? '', path: request.url!, headers, text, body: JSON.parse(text) };
    receiver.messages.push(message);
    const status = await receiver.answer(message, response);
    if (typeof status === 'number') response.writeHead(status).end();
  }
  return receiver;
}

/** An endpoint with its secret, as `POST /v1/webhooks` answers. */
export interface MadeWebhook {
  id: string;
  secret: string;
}

/** Makes an endpoint that wants every entry that is recorded, unless `wanted` says otherwise. */
export async function makeWebhook(app: Reachable, wanted: object, key?: string): Promise<MadeWebhook> {
  const { status, body } = await call(app, '/v1/webhooks', { body: { events: ['feedback.recorded'], ...wanted }, key });
  if (status !== 201) throw new Error(`not made: ${status} ${JSON.stringify(body)}`);
  return body;
}
