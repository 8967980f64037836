import { randomUUID } from 'node:crypto';
import { call, type TestApp } from './app.js';
import { makeCredential, makeWorkspace } from './credential.js';
import { newQuestion, text } from './questions.js';

/** A workspace of the authorisation matrix and a key that may do everything in it. */
export interface Tenant {
  app: TestApp;
  workspace: string;
  admin: string;
}

/** What names a thing. */
export type Ids = Record<string, string>;

/** What the authorisation matrix has to know of an operation: how a right request looks. */
export interface Sample {
  /** The status of a right request. */
  status: number;
  /** A new thing of `tenant` that a request may name, by its path (needed then), its query or its body. */
  own?: (tenant: Tenant) => Promise<Ids>;
  /** The same of a thing that is nowhere. By default everything is a UUID that nothing has. */
  unknown?: Ids;
  /** The status where the thing is nowhere, or somebody else's. By default 404. */
  unknownStatus?: number;
  /** The query and the body of a right request. */
  query?: (ids: Ids) => Ids;
  body?: (ids: Ids) => object;
}

/** Operations that everybody may call. Any other without `security` in the OpenAPI document is a mistake. */
export const open = ['GET /livez', 'GET /metrics', 'GET /readyz'];

const post = async ({ app, admin }: Tenant, path: string, body: object): Promise<Ids> => {
  const answer = await call(app, path, { key: admin, body });
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return { id: String(answer.body.id) };
};
const credential = async ({ app, admin }: Tenant) => ({ id: (await makeCredential(app, {}, admin)).id });
async function workspace({ app }: Tenant): Promise<Ids> {
  const slug = `a-${randomUUID()}`;
  return { id: await makeWorkspace(app, slug), slug };
}
const bot = (tenant: Tenant) => post(tenant, '/v1/bots', { name: 'n' });
const release = (tenant: Tenant) => post(tenant, '/v1/releases', { name: 'n' });
const change = { name: 'n', kind: 'change', source: 'message', instrument: 'message', scale: 'thumb' };
const watch = (tenant: Tenant) => post(tenant, '/v1/watches', change);
const department = (tenant: Tenant) => post(tenant, '/v1/departments', { name: randomUUID() });
const question = async ({ app, admin }: Tenant) => ({ id: String(await newQuestion(app, text, admin)) });

/** Somebody who is registered, and talks with business 1. */
async function person({ app, admin }: Tenant): Promise<Ids> {
  const made = await makeCredential(app, { type: 'client' }, admin);
  const headers = { 'client-id': made.clientId, authorization: `Bearer ${made.clientSecret}` };
  const id = randomUUID();
  await call(app, '/v1.0/user/', { key: null, headers, body: { auth_id: id } });
  await call(app, '/v1.0/log_message_from_user/', { key: null, headers, body: message(id) });
  return { id };
}
const message = (id: string) => ({ user: { auth_id: id }, message_body: 'hi', message_type: 0, business_id: 1 });

/** A message feedback, by the name that its client gave it; and the same thing as an entry. */
async function messageFeedback({ app, admin }: Tenant): Promise<Ids> {
  return post({ app, admin, workspace: '' }, '/feedback', { type: 'positive', messageId: 'm', id: randomUUID() });
}
async function entry(tenant: Tenant): Promise<Ids> {
  const { id: externalId } = await messageFeedback(tenant);
  const { body } = await call(tenant.app, '/v1/feedback?limit=200', { key: tenant.admin });
  return { id: body.data.find((one: { externalId: string }) => one.externalId === externalId).id };
}

/**
 * An endpoint, to which nothing is sent while a test looks at what is stored. Those of earlier tests go: a workspace has 20
 * at most.
 */
async function webhook({ app, workspace, admin }: Tenant): Promise<Ids> {
  await app.query(
    `with kept as (select id from webhook_endpoint where workspace_id = $1 order by created_at desc limit 4),
       gone as (delete from webhook_delivery where workspace_id = $1 and endpoint_id not in (select id from kept))
     delete from webhook_endpoint where workspace_id = $1 and id not in (select id from kept)`,
    [workspace],
  );
  const events = ['feedback.recorded'];
  const { id } = await post({ app, admin, workspace }, '/v1/webhooks', { ...wantedWebhook, events });
  await call(app, `/v1/webhooks/${id}`, { method: 'PATCH', key: admin, body: { enabled: false } });
  return { id: id! };
}
const wantedWebhook = { url: 'https://hooks.example/', events: ['ping'] };

/** An endpoint and the event of a delivery to it. */
async function delivery(tenant: Tenant): Promise<Ids> {
  const { id } = await webhook(tenant);
  await messageFeedback(tenant);
  const { body } = await call(tenant.app, `/v1/webhooks/${id}/deliveries`, { key: tenant.admin });
  return { id: id!, event: body.data[0].event };
}
const unknownDelivery = { unknown: { id: randomUUID(), event: `evt_${'0'.repeat(32)}` } };

const number = { unknown: { id: '999999999' } };
const botInPath = { own: async (tenant: Tenant) => ({ botId: (await bot(tenant)).id! }), unknownStatus: 400 };
const survey = { channelUId: 'u', name: 'Thumb', score: 0, channel: 'rtm', type: 'THUMB', language: 'en', message: '' };
const surveys = {
  save: { status: 200, ...botInPath, body: () => survey },
  find: { status: 200, ...botInPath, body: () => ({ filters: always }) },
};
const thumbs = { source: 'message', instrument: 'message', scale: 'thumb' };
const always = { from: '2000-01-01T00:00:00.000Z', to: '9000-01-01T00:00:00.000Z' };

/** One entry for each operation that needs a credential. */
export const samples: Record<string, Sample> = {
  'POST /v1/feedback': { status: 201, body: () => ({ instrument: 'i', scale: 'thumb', score: 1 }) },
  'POST /v1/feedback/batch': { status: 200, body: () => ({ instrument: 'i', scale: 'thumb', score: 1 }) },
  'POST /feedback': { status: 200, body: () => ({ type: 'positive', messageId: 'm' }) },
  'GET /feedback': { status: 200 },
  'GET /feedback/{id}': { status: 200, own: messageFeedback },
  'DELETE /feedback/{id}': { status: 200, own: messageFeedback },

  'GET /v1/analytics/summary': { status: 200, query: () => thumbs },
  'GET /v1/analytics/timeline': { status: 200, query: () => ({ ...thumbs, interval: 'month' }) },
  'GET /v1/analytics/breakdown': { status: 200, query: () => ({ ...thumbs, by: 'channel' }) },
  'GET /v1/analytics/comparison': { status: 200, query: () => ({ ...thumbs, a: 'channel=a', b: 'channel=b' }) },
  'GET /v1/analytics/instruments': { status: 200 },
  'GET /v1/analytics/text': { status: 200 },

  'GET /v1/feedback': { status: 200 },
  'GET /v1/feedback/export': { status: 200, query: () => ({ format: 'ndjson' }) },
  'GET /v1/feedback/{id}': { status: 200, own: entry },
  'PATCH /v1/feedback/{id}': { status: 200, own: entry, body: () => ({ state: 'seen' }) },
  'DELETE /v1/feedback/{id}': { status: 204, own: entry },
  'GET /v1/respondents/{id}': { status: 200, own: person },
  // What nobody said is erased already: foreign and unknown look the same.
  'DELETE /v1/respondents/{id}': { status: 200, own: person, unknownStatus: 200 },

  'GET /v1/credentials': { status: 200 },
  'POST /v1/credentials': {
    status: 201,
    body: () => ({ name: 'n', type: 'api-key', scopes: ['feedback:write'] }),
  },
  'GET /v1/credentials/{id}': { status: 200, own: credential },
  'DELETE /v1/credentials/{id}': { status: 204, own: credential },
  'POST /v1/credentials/{id}/rotation': { status: 201, own: credential, body: () => ({ gracePeriod: 0 }) },

  'GET /v1/workspace': { status: 200 },
  'GET /v1/webhooks': { status: 200 },
  'POST /v1/webhooks': { status: 201, body: () => wantedWebhook },
  'GET /v1/webhooks/{id}': { status: 200, own: webhook },
  'PATCH /v1/webhooks/{id}': { status: 200, own: webhook, body: () => ({ description: 'd' }) },
  'DELETE /v1/webhooks/{id}': { status: 204, own: webhook },
  'POST /v1/webhooks/{id}/rotation': { status: 201, own: webhook, body: () => ({ gracePeriod: 0 }) },
  'POST /v1/webhooks/{id}/ping': { status: 200, own: webhook, body: () => ({}) },
  'POST /v1/webhooks/{id}/replay': {
    status: 202,
    own: webhook,
    body: () => ({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }),
  },
  'GET /v1/webhooks/{id}/deliveries': { status: 200, own: webhook },
  'GET /v1/webhooks/{id}/deliveries/{event}': { status: 200, own: delivery, ...unknownDelivery },
  'POST /v1/webhooks/{id}/deliveries/{event}/retry': {
    status: 202,
    own: delivery,
    ...unknownDelivery,
    body: () => ({}),
  },

  'GET /v1/workspaces': { status: 200 },
  'POST /v1/workspaces': { status: 201, body: () => ({ slug: `s-${randomUUID()}`, name: 'n' }) },
  'GET /v1/workspaces/{id}': { status: 200, own: workspace },
  'PATCH /v1/workspaces/{id}': { status: 200, own: workspace, body: () => ({ name: 'n' }) },
  'DELETE /v1/workspaces/{id}': { status: 200, own: workspace, query: ({ slug }) => ({ slug: slug! }) },

  'GET /v1/bots': { status: 200 },
  'POST /v1/bots': { status: 201, body: () => ({ name: 'n' }) },
  'GET /v1/bots/{id}': { status: 200, own: bot },
  'PATCH /v1/bots/{id}': { status: 200, own: bot, body: () => ({ name: 'n' }) },
  'DELETE /v1/bots/{id}': { status: 204, own: bot },
  // Any channel can have a name, in the caller's own workspace.
  'PATCH /v1/channels/{channel}': {
    status: 200,
    own: async () => ({ channel: '343' }),
    unknown: { channel: '999' },
    unknownStatus: 200,
    body: () => ({ name: 'n' }),
  },
  'POST /api/public/bot/{botId}/saveFeedback': surveys.save,
  'POST /api/1.1/public/bot/{botId}/saveFeedback': surveys.save,
  'POST /api/public/bot/{botId}/getFeedbackSurveyResponses': surveys.find,
  'POST /api/1.1/public/bot/{botId}/getFeedbackSurveyResponses': surveys.find,

  'GET /v1/releases': { status: 200 },
  'POST /v1/releases': { status: 201, body: () => ({ name: 'n' }) },
  'GET /v1/releases/{id}': { status: 200, own: release },
  'PATCH /v1/releases/{id}': { status: 200, own: release, body: () => ({ name: 'n' }) },
  'DELETE /v1/releases/{id}': { status: 204, own: release },

  'GET /v1/watches': { status: 200 },
  'POST /v1/watches': { status: 201, body: () => change },
  'GET /v1/watches/{id}': { status: 200, own: watch },
  'PATCH /v1/watches/{id}': { status: 200, own: watch, body: () => ({ name: 'n' }) },
  'DELETE /v1/watches/{id}': { status: 204, own: watch },
  'GET /v1/watches/{id}/history': { status: 200, own: watch },

  'GET /v1/departments': { status: 200 },
  'POST /v1/departments': { status: 201, body: () => ({ name: randomUUID() }) },
  'GET /v1/departments/{id}': { status: 200, own: department, ...number },
  'PATCH /v1/departments/{id}': { status: 200, own: department, ...number, body: () => ({ name: randomUUID() }) },
  'DELETE /v1/departments/{id}': { status: 204, own: department, ...number },
  'GET /api/v1/account/department': { status: 200 },
  'POST /api/v1/account/department': {
    status: 200,
    body: () => ({ department_list: [{ name: randomUUID(), status: 'active' }] }),
  },
  'GET /api/v1/account/department/{id}': { status: 200, own: department, ...number },
  'PUT /api/v1/account/department/{id}': {
    status: 200,
    own: department,
    ...number,
    body: () => ({ name: randomUUID() }),
  },
  'DELETE /api/v1/account/department': { status: 200, own: department, ...number, query: (ids) => ids },

  'GET /v1/questions': { status: 200 },
  'POST /v1/questions': { status: 201, body: () => text },
  'GET /v1/questions/{id}': { status: 200, own: question, ...number },
  'PATCH /v1/questions/{id}': { status: 200, own: question, ...number, body: () => ({ question: 'q' }) },
  'DELETE /v1/questions/{id}': { status: 204, own: question, ...number },
  'POST /v1/questions/{id}/answers': { status: 201, own: question, ...number, body: () => ({ value: 'a' }) },
  'GET /api/v1/crm/feedback': { status: 200 },
  'POST /api/v1/crm/feedback': { status: 200, body: () => text },
  'GET /api/v1/crm/feedback/{id}': { status: 200, own: question, ...number },
  'PUT /api/v1/crm/feedback/{id}': { status: 200, own: question, ...number, body: () => ({ question: 'q' }) },
  'DELETE /api/v1/crm/feedback': { status: 200, own: question, ...number, query: (ids) => ids },

  'POST /v1.0/user': { status: 200, body: () => ({ auth_id: randomUUID() }) },
  'PUT /v1.0/user': { status: 200, own: person, unknownStatus: 403, body: ({ id }) => ({ auth_id: id }) },
  'POST /v1.0/log_message_from_user': { status: 200, own: person, unknownStatus: 403, body: ({ id }) => message(id!) },
  'POST /v1.0/log_feedback_from_user': {
    status: 201,
    own: person,
    unknownStatus: 403,
    body: ({ id }) => ({ auth_id: id, business_id: 1, query_resolved: true, query_rating: 5 }),
  },
};
