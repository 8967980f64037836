import { adminKey, type Answer, call, type Reachable } from './app.js';

/** A credential with its key or secret, as `POST /v1/credentials` answers. */
export interface MadeCredential {
  id: string;
  workspace: string;
  key: string;
  clientId: string;
  clientSecret: string;
}

/** Makes a credential as the administrator; an API key that may write feedback, unless `wanted` says otherwise. */
export async function makeCredential(app: Reachable, wanted: object = {}, key = adminKey): Promise<MadeCredential> {
  const body = { name: 'of a test', type: 'api-key', scopes: ['feedback:write'], ...wanted };
  return made(await call(app, '/v1/credentials', { body, key }));
}

/** Makes a workspace and returns its id. */
export async function makeWorkspace(app: Reachable, slug: string): Promise<string> {
  return made(await call(app, '/v1/workspaces', { body: { slug, name: slug } })).id;
}

function made({ status, body }: Answer): MadeCredential {
  if (status !== 201) throw new Error(`not made: ${status} ${JSON.stringify(body)}`);
  return body;
}
