import { vendorToken } from './access.tokens.js';
import { adminKey, call, type TestApp } from './app.js';
import { newClient } from './clients.js';
import { document } from './documented.js';
import { exampleOf } from './examples.js';

/** An operation that takes a body. */
export interface WritingOperation {
  id: string;
  method: string;
  path: string;
  security: string[];
  /** It takes lines: what is wrong with the bytes of one is answered in its place. */
  lines: boolean;
  /** A body as the document shows it. */
  example: unknown;
}

/** Everything that takes a body, about the bot `st-hazards` and what has the id 1. */
export const writingOperations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, { requestBody }]) => requestBody)
    .map(([method, { operationId, security = [], requestBody }]): WritingOperation => ({
      id: operationId,
      method: method.toUpperCase(),
      path: path.replace('{botId}', 'st-hazards').replace('{id}', '1'),
      security: security.flatMap(Object.keys),
      lines: 'application/x-ndjson' in requestBody!.content,
      example: exampleOf(operationId).request,
    })),
);

/** Makes the bot, and credentials for every door: the header fields that an operation takes. */
export async function credentialsFor(app: TestApp): Promise<(operation: WritingOperation) => Record<string, string>> {
  const client = await newClient(app);
  await call(app, '/v1/bots', { body: { id: 'st-hazards', name: 'Bot' } });
  const fields = {
    jwt: { auth: vendorToken(client) },
    'client-id': { 'client-id': client.id, authorization: `Bearer ${client.secret}` },
    'api-key': { authorization: `Bearer ${adminKey}` },
  };
  return ({ security }) =>
    fields[security.includes('jwt') ? 'jwt' : security.includes('client-id') ? 'client-id' : 'api-key'];
}
