import { randomUUID } from 'node:crypto';
import type { Scope } from '#libs/access';
import type { Client } from './access.tokens.js';
import { type Answer, type Call, call, type Reachable } from './app.js';
import { makeCredential, makeWorkspace } from './credential.js';

/** The workspace of the administrator's key. */
export const defaultWorkspace = '00000000-0000-7000-8000-000000000001';

/** What a credential is for. By default in the administrator's workspace. */
export interface Grant {
  workspaceId?: string;
  scopes?: Scope[];
  bots?: string[];
}

/** Makes a client; by default it may read and write feedback. */
export async function newClient(app: Reachable, { workspaceId, ...grant }: Grant = {}): Promise<Client> {
  const wanted = { type: 'client', scopes: ['feedback:write', 'feedback:read'], workspace: workspaceId, ...grant };
  const { clientId, clientSecret } = await makeCredential(app, wanted);
  return { id: clientId, secret: clientSecret };
}

/** Makes an API key; by default it may administer its workspace. */
export async function newKey(app: Reachable, { workspaceId, ...grant }: Grant = {}): Promise<string> {
  return (await makeCredential(app, { scopes: ['admin'], workspace: workspaceId, ...grant })).key;
}

/** A workspace beside the administrator's. */
export function newWorkspace(app: Reachable): Promise<string> {
  return makeWorkspace(app, `w-${randomUUID()}`);
}

/** Calls with the client id and its secret. */
export function callAs(client: Client, app: Reachable, path: string, options: Call = {}): Promise<Answer> {
  return call(app, path, { ...options, key: client.secret, headers: { 'client-id': client.id, ...options.headers } });
}
