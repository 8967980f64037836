import { randomUUID } from 'node:crypto';
import { vendorToken } from './access.tokens.js';
import { type Call, call, type TestApp } from './app.js';
import type { Body } from './conformance.arbitrary.js';
import { scoreRangeOf } from '../../src/feedback/scale.js';
import { makeCredential } from './credential.js';

/** What requests refer to. */
export interface World {
  app: TestApp;
  client: { id: string; secret: string };
  bot: string;
  textQuestion: string;
  department: string;
  apiKey: string;
  workspace: string;
  webhook: string;
  release: string;
  watch: string;
  entry: string;
}

/** What the conformance test has to know of an operation that the document cannot tell. */
export interface Operation {
  /** The path's parameter. */
  of?: (world: World) => string;
  scheme?: 'client' | 'jwt';
  /** Makes the rules between members, and those about what is there, hold. */
  fit?: (body: Body, world: World) => Body | Promise<Body>;
  /** What of `sent` the answer and the record must repeat; by default every member that is answered at all. */
  kept?: (sent: Body) => Body;
  /** What of the answer is about the record. */
  record?: (answer: Body) => Body;
  /** Where the record can be read again. */
  at?: (answer: Body) => string | undefined;
}

export async function newWorld(app: TestApp): Promise<World> {
  const { clientId, clientSecret } = await makeCredential(app, { type: 'client', scopes: ['admin'] });
  const made = async (path: string, body: object) => String((await call(app, path, { body })).body.id);
  return {
    app,
    client: { id: clientId, secret: clientSecret },
    bot: await made('/v1/bots', { name: 'n' }),
    textQuestion: await made('/v1/questions', { question: 'q', type: 'Text' }),
    department: await made('/v1/departments', { name: 'n' }),
    apiKey: (await makeCredential(app)).id,
    workspace: await made('/v1/workspaces', { slug: 'w', name: 'n' }),
    webhook: await made('/v1/webhooks', { url: 'https://hooks.example/', events: ['ping'] }),
    release: await made('/v1/releases', { name: 'n' }),
    watch: await made('/v1/watches', { ...thumbs, name: 'n', kind: 'change' }),
    entry: await made('/v1/feedback', { instrument: 'i', scale: 'thumb', score: 1 }),
  };
}

/** The header fields of the credential that an operation wants. */
export function credentialFor({ scheme }: Operation, { client }: World): Pick<Call, 'key' | 'headers'> {
  if (scheme === 'jwt') return { key: null, headers: { auth: vendorToken(client) } };
  if (scheme === 'client') return { key: client.secret, headers: { 'client-id': client.id } };
  return {};
}

const thumbs = { source: 'message', instrument: 'message', scale: 'thumb' };

let people = 0;
const somebody = (): string => `Änn-${++people}`;
const longId = (id: string): string => [...id].slice(0, -12).join('') + String(++people).padStart(12, '0');
const utc = (time: unknown): unknown => (typeof time === 'string' ? new Date(time).toISOString() : time);
const without = (body: Body, ...names: string[]): Body =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
const renamed = (body: Body): Body =>
  'name' in body ? { ...body, name: `${[...String(body['name'])].slice(0, 200).join('')} ${randomUUID()}` } : body;

/** A text of any characters, or a number of hundreds of digits, may be no name. */
const isNoName = (name: unknown): boolean =>
  typeof name === 'string' || (typeof name === 'number' && !Number.isSafeInteger(name));
const withNames = (user: Body): Body => ({
  ...user,
  ...(isNoName(user['id']) && { id: somebody() }),
  ...(isNoName(user['userId']) && { userId: somebody() }),
});
const ranges: Record<string, number> = { THUMB: 1, NPS: 10, CSAT: 5 };
const survey: Operation = {
  scheme: 'jwt',
  of: ({ bot }) => bot,
  fit: ({ score, ...body }) => ({
    ...body,
    channelUId: somebody(),
    score: Math.max(body['type'] === 'CSAT' ? 1 : 0, Number(score) % (ranges[String(body['type'])]! + 1)),
  }),
};

const search: Operation = {
  scheme: 'jwt',
  of: ({ bot }) => bot,
  fit: (body) => {
    const { from, to, ...filters } = body['filters'] as Body;
    const [earlier, later] = [from, to].map(utc).toSorted() as string[];
    return { ...body, filters: { ...filters, from: earlier, to: later === earlier ? '9999-01-01T00:00:00Z' : later } };
  },
  kept: () => ({}),
};

async function register(authId: string, businessId: unknown, { app, client }: World): Promise<void> {
  const as = { key: client.secret, headers: { 'client-id': client.id } };
  await call(app, '/v1.0/user/', { ...as, body: { auth_id: authId } });
  if (businessId === undefined) return;
  const body = { user: { auth_id: authId }, message_body: 'hi', message_type: 0, business_id: businessId };
  await call(app, '/v1.0/log_message_from_user/', { ...as, body });
}

const canonical: Record<string, string> = { radio: 'multiple_radio', checkbox: 'multiple_checkbox' };
const typeOf = (name: unknown): string => canonical[String(name).toLowerCase()] ?? String(name).toLowerCase();

/** A configuration that suits the type: without a type, that of any text. */
function fitQuestion(body: Body): Body {
  const fitting = 'departments' in body ? { ...body, departments: [] } : body;
  if (!('config' in body)) return 'type' in body ? { ...fitting, config: configFor(body['type'], {}) } : fitting;
  return { ...fitting, config: configFor(body['type'] ?? 'text', body['config'] as Body | Body[]) };
}

function configFor(type: unknown, config: Body | Body[]): Body | Body[] {
  const values = [
    { label: 'Yes', value: 'yes' },
    { label: 'No', value: 2 },
  ];
  if (Array.isArray(config)) return typeOf(type) === 'text' ? {} : values;
  const rest = without(config, 'values', 'rating_type');
  return typeOf(type) === 'text' ? rest : { ...rest, values };
}

const keptOfQuestion = (sent: Body): Body => ({
  ...without(sent, 'id', 'type', 'channels', 'status', 'config'),
  ...('config' in sent && { config: Array.isArray(sent['config']) ? { values: sent['config'] } : sent['config'] }),
});
const acquireQuestion: Operation = {
  fit: fitQuestion,
  kept: keptOfQuestion,
  record: ({ data }) => data as Body,
  at: ({ data }) => `/api/v1/crm/feedback/${String((data as Body)['id'])}`,
};
const question: Operation = { fit: fitQuestion, kept: keptOfQuestion, at: ({ id }) => `/v1/questions/${String(id)}` };

const department: Operation = {
  fit: renamed,
  kept: (sent) => ({ ...sent, ...('status' in sent && { status: sent['status'] ?? 'active' }) }),
};

const withHookUrl = (body: Body): Body => ('url' in body ? { ...body, url: 'https://hooks.example/' } : body);
const keptOfRelease = ({ at, ...sent }: Body): Body => ({ ...sent, ...(at != null && { at: utc(at) }) });

export const operations: Record<string, Operation> = {
  submitMessageFeedback: {
    // The longest ids are alike, and would update each other. Invisible characters name nobody.
    fit: (body) => ({
      ...body,
      ...([...String(body['id'])].length >= 255 && { id: longId(String(body['id'])) }),
      ...(body['userProperties'] != null && { userProperties: withNames(body['userProperties'] as Body) }),
    }),
    kept: (sent) => ({
      type: sent['type'],
      messageId: sent['messageId'],
      details: sent['details'] ?? null,
      properties: sent['properties'] ?? null,
      userProperties: sent['userProperties'] ?? null,
      sources: sent['sources'] ?? null,
      reasons:
        (sent['reasons'] as Body[] | null)?.map((one) => ({ label: one['label'], details: one['details'] ?? '' })) ??
        null,
      ...(typeof sent['createdAt'] === 'string' && { createdAt: utc(sent['createdAt']) }),
    }),
    // Whoever writes a path takes a dot for a step.
    at: ({ id }) => (/^\.+$/.test(String(id)) ? undefined : `/feedback/${encodeURIComponent(String(id))}`),
  },
  saveSurveyFeedback: survey,
  saveSurveyFeedbackV11: survey,
  findSurveyResponses: search,
  findSurveyResponsesV11: search,
  registerUser: { scheme: 'client', fit: (body) => ({ ...body, auth_id: somebody() }) },
  updateUser: {
    scheme: 'client',
    fit: async (body, world) => {
      const authId = somebody();
      await register(authId, undefined, world);
      return { ...body, auth_id: authId };
    },
  },
  logUserMessage: {
    scheme: 'client',
    fit: async (body, world) => {
      const authId = somebody();
      await register(authId, undefined, world);
      return { ...body, user: { auth_id: authId } };
    },
  },
  logUserFeedback: {
    scheme: 'client',
    fit: async (body, world) => {
      const authId = somebody();
      await register(authId, body['business_id'], world);
      return { ...body, auth_id: authId };
    },
    kept: () => ({ success: true }),
  },
  addAcquireQuestion: acquireQuestion,
  updateAcquireQuestion: {
    ...acquireQuestion,
    of: ({ textQuestion }) => textQuestion,
    // What the text was changed to by others meanwhile is theirs.
    fit: (body, { textQuestion }) => ({
      ...fitQuestion({ ...body, type: 'text', config: {} }),
      id: textQuestion,
    }),
    at: () => undefined,
  },
  addAcquireDepartment: {
    fit: (body) => ({ department_list: (body['department_list'] as Body[]).map(renamed) }),
    kept: (sent) => ({
      data: (sent['department_list'] as Body[]).map(({ name, status }) => ({ name, status: status ?? 'active' })),
    }),
  },
  changeAcquireDepartment: { ...department, of: ({ department: id }) => id, record: ({ data }) => data as Body },
  addDepartment: { ...department, at: ({ id }) => `/v1/departments/${String(id)}` },
  changeDepartment: { ...department, of: ({ department: id }) => id },
  addQuestion: question,
  changeQuestion: {
    ...question,
    of: ({ textQuestion }) => textQuestion,
    fit: (body) => fitQuestion({ ...body, type: 'Text', config: {} }),
    at: () => undefined,
  },
  submitFeedback: {
    fit: (body) => {
      const scale = String(body['scale']);
      const range = scoreRangeOf(scale);
      return {
        ...without(body, 'score', 'options'),
        ...(range && { score: range.low + (Math.abs(Number(body['score'] ?? 0)) % (range.high - range.low + 1)) }),
        ...(scale === 'choice' && { options: ['a', 'b'] }),
        ...(scale === 'text' && { comment: body['comment'] || 'said' }),
        ...(body['externalId'] != null && { externalId: randomUUID() }),
        ...(body['respondent'] != null && { respondent: somebody() }),
      };
    },
    kept: ({ occurredAt, reasons, ...sent }) => ({
      ...sent,
      ...(occurredAt != null && { occurredAt: utc(occurredAt) }),
      ...(Array.isArray(reasons) && { reasons: reasons.map((one) => ({ ...one, details: one.details ?? '' })) }),
    }),
    at: ({ id }) => `/v1/feedback/${String(id)}`,
  },
  reviewFeedback: { of: ({ entry }) => entry, at: ({ id }) => `/v1/feedback/${String(id)}` },
  answerQuestion: {
    of: ({ textQuestion }) => textQuestion,
    fit: (body) => ({
      ...without(body, 'comment'),
      value: `said: ${JSON.stringify(body['value'])}`,
      ...(body['respondent'] != null && { respondent: somebody() }),
    }),
    kept: ({ value, occurredAt, ...sent }) => ({
      ...sent,
      comment: value,
      ...(typeof occurredAt === 'string' && { occurredAt: utc(occurredAt) }),
    }),
    at: ({ id }) => `/v1/feedback/${String(id)}`,
  },
  createBot: {
    fit: (body) => (body['id'] == null ? body : { ...body, id: `bot-${randomUUID()}` }),
    kept: (sent) => Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null)),
    at: ({ id }) => `/v1/bots/${String(id)}`,
  },
  changeBot: { of: ({ bot }) => bot },
  changeChannel: { of: () => 'web' },
  createRelease: { kept: keptOfRelease, at: ({ id }) => `/v1/releases/${String(id)}` },
  changeRelease: { of: ({ release }) => release, kept: keptOfRelease },
  createWatch: {
    fit: ({ filters, tz: _tz, from: _from, target: _target, direction: _direction, metric: _metric, ...body }) => ({
      ...body,
      ...thumbs,
      ...(body['kind'] === 'target' && { target: 0.8, direction: 'above' }),
      ...(filters != null && { filters: { ...(filters as Body), language: null } }),
    }),
    kept: ({ filters: _filters, step, ...sent }) => ({ ...sent, step: step ?? 'day' }),
    at: ({ id }) => `/v1/watches/${String(id)}`,
  },
  changeWatch: { of: ({ watch }) => watch, fit: (body) => without(body, 'state') },
  createCredential: {
    fit: (body) => ({
      ...without(body, 'clientId', 'secret', 'workspace', 'bots'),
      ...(Array.isArray(body['origins']) && { origins: body['origins'].map((_, n) => `https://${n}.example`) }),
      expiresAt: '2999-01-01T00:00:00Z',
      backdating: (body['scopes'] as string[]).includes('admin') ? null : 'PT1H30M',
    }),
    kept: (sent) => ({ ...sent, expiresAt: '2999-01-01T00:00:00.000Z' }),
    at: ({ id }) => `/v1/credentials/${String(id)}`,
  },
  createWebhook: {
    // A workspace has 20 at most.
    fit: async (body, { app, webhook }) => {
      await app.query('delete from webhook_endpoint where id <> $1', [webhook]);
      return withHookUrl(body);
    },
    kept: (sent) => ({ ...sent, format: sent['format'] ?? 'standard' }),
  },
  changeWebhook: { of: ({ webhook }) => webhook, fit: withHookUrl },
  rotateWebhook: { of: ({ webhook }) => webhook },
  replayWebhook: { of: ({ webhook }) => webhook, kept: () => ({}) },
  rotateCredential: { of: ({ apiKey }) => apiKey },
  createWorkspace: {
    fit: (body) => ({ ...body, slug: `w-${randomUUID()}` }),
    at: ({ id }) => `/v1/workspaces/${String(id)}`,
  },
  changeWorkspace: {
    of: ({ workspace }) => workspace,
    fit: (body) => ('slug' in body ? { ...body, slug: `w-${randomUUID()}` } : body),
  },
};
