import { randomUUID } from 'node:crypto';
import { type TestApp } from './app.js';
import { makeCredential, makeWorkspace } from './credential.js';

/** A workspace of the authorisation matrix and a key that may do everything in it. */
export interface Tenant {
  app: TestApp;
  workspace: string;
  admin: string;
}

/** What the authorisation matrix has to know of an operation: how a right request looks. */
export interface Sample {
  /** The status of a right request. */
  status: number;
  /** A new thing of `tenant` that the path may name: the values of the path's parameters. Needed where it has any. */
  own?: (tenant: Tenant) => Promise<Record<string, string>>;
  /** The same of a thing that is nowhere. By default every parameter is a UUID that nothing has. */
  unknown?: Record<string, string>;
  /** The status where the thing is nowhere, or somebody else's. By default 404. */
  unknownStatus?: number;
  /** A body that is right. */
  body?: () => object;
}

/** Operations that everybody may call. Any other without `security` in the OpenAPI document is a mistake. */
export const open = ['GET /livez', 'GET /readyz'];

const credential = async ({ app, admin }: Tenant) => ({ id: (await makeCredential(app, {}, admin)).id });
const workspace = async ({ app }: Tenant) => ({ id: await makeWorkspace(app, `a-${randomUUID()}`) });

/** One entry for each operation that needs a credential. */
export const samples: Record<string, Sample> = {
  'POST /feedback': { status: 200, body: () => ({ type: 'positive', messageId: 'm' }) },

  'GET /v1/credentials': { status: 200 },
  'POST /v1/credentials': {
    status: 201,
    body: () => ({ name: 'n', type: 'api-key', scopes: ['feedback:write'] }),
  },
  'GET /v1/credentials/{id}': { status: 200, own: credential },
  'DELETE /v1/credentials/{id}': { status: 204, own: credential },
  'POST /v1/credentials/{id}/rotation': { status: 201, own: credential, body: () => ({ gracePeriod: 0 }) },

  'GET /v1/workspaces': { status: 200 },
  'POST /v1/workspaces': { status: 201, body: () => ({ slug: `s-${randomUUID()}`, name: 'n' }) },
  'GET /v1/workspaces/{id}': { status: 200, own: workspace },
  'PATCH /v1/workspaces/{id}': { status: 200, own: workspace, body: () => ({ name: 'n' }) },
};
