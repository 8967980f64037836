import { randomUUID } from 'node:crypto';
import { type ClientCredential, CredentialDirectory, type Scope } from '#libs/access';
import { type Answer, type Call, call, type TestApp } from './app.js';

/** A client credential that applications under test know. */
export interface TestClient {
  id: string;
  secret: string;
  workspaceId: string;
}

/** Makes a client, by default in the workspace that is there from the beginning, known to all of `apps`. */
export async function newClient(
  apps: TestApp[],
  { workspaceId = '00000000-0000-7000-8000-000000000001', scopes = ['feedback:write'] as Scope[] } = {},
): Promise<TestClient> {
  const client = { id: `cs-${randomUUID()}`, secret: `the secret of a client ${randomUUID()}`, workspaceId };
  const principal = { workspaceId, credentialId: client.id, scopes: new Set(scopes), bots: null, origins: null };
  for (const { nest } of apps) {
    admit(nest.get<CredentialDirectory>(CredentialDirectory, { strict: false }), client.id, {
      principal,
      secrets: [client.secret],
    });
  }
  return client;
}

function admit(directory: CredentialDirectory, id: string, credential: ClientCredential): void {
  const others = directory.byClientId.bind(directory);
  directory.byClientId = (clientId) => (clientId === id ? Promise.resolve(credential) : others(clientId));
}

/** Calls with the client id and its secret. */
export function callAs(client: TestClient, app: { url: string }, path: string, options: Call = {}): Promise<Answer> {
  return call(app, path, {
    ...options,
    key: client.secret,
    headers: { 'client-id': client.id, ...options.headers },
  });
}
