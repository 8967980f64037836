import { type Client, vendorToken } from './access.tokens.js';
import { type Answer, type Call, call, startApp, type TestApp } from './app.js';
import { newClient } from './clients.js';
import { exampleOf } from './examples.js';

/** The contract's request to saveFeedback, and its answer. */
export const { request: sample, response: sampleAnswer } = exampleOf('saveSurveyFeedback');

/** The bot that it is about. */
export const sampleBot = {
  id: sampleAnswer.botId,
  name: 'QA',
  orgId: sampleAnswer.orgId,
  accountId: sampleAnswer.accountId,
  userId: sampleAnswer.userId,
};

/** Filters that everything matches. */
export const always = { from: '2000-01-01T00:00:00.000Z', to: '9000-01-01T00:00:00.000Z' };

/** Both documented spellings of the door. */
export const paths = ['/api/public/bot', '/api/1.1/public/bot'];

export interface Knock extends Omit<Call, 'key'> {
  path?: string;
  /** By default the one of the samples. */
  bot?: string;
  /** Whose token is shown. */
  as?: Client;
  /** The token itself; null for none. */
  token?: string | null;
}

/** The survey door of an application under test, with a client that may do everything there and the samples' bot. */
export interface SurveyDoor {
  app: TestApp;
  client: Client;
  post(operation: string, options: Knock): Promise<Answer>;
  save(body?: unknown, options?: Knock): Promise<Answer>;
  find(body?: unknown, options?: Knock): Promise<Answer>;
  /** Made by the administrator, or with `key`. */
  newBot(body?: object, key?: string): Promise<Answer['body']>;
  /** How many entries there are of bots of this id. */
  countOf(bot: string): Promise<number>;
}

export async function openDoor(settings: Parameters<typeof startApp>[0] = {}): Promise<SurveyDoor> {
  const app = await startApp(settings);
  const client = await newClient(app);
  const post: SurveyDoor['post'] = (operation, options) => {
    const { path = paths[0], bot = sampleBot.id, as = client, token = vendorToken(as), headers } = options;
    const auth: Record<string, string> = token === null ? {} : { auth: token };
    return call(app, `${path}/${bot}/${operation}`, { ...options, key: null, headers: { ...auth, ...headers } });
  };
  const newBot: SurveyDoor['newBot'] = async (body = {}, key) =>
    (await call(app, '/v1/bots', { body: { name: 'Bot', ...body }, key })).body;
  await newBot(sampleBot);
  return {
    app,
    client,
    post,
    save: (body, options = {}) => post('saveFeedback', { body, ...options }),
    find: (body, options = {}) => post('getFeedbackSurveyResponses', { body, ...options }),
    newBot,
    countOf: async (bot) => {
      const counted = 'select count(*)::int from feedback_entry where bot = $1';
      return (await app.query<{ count: number }>(counted, [bot]))[0]!.count;
    },
  };
}

/** The vendor's error body. */
export function error(msg: string, code: number, status = code) {
  return { status, body: { errors: [{ msg, code }] } };
}

/** The vendor's answer to content that is not valid. */
export function faults(...sentences: [field: string, msg: string][]) {
  const vendors = { msg: 'Validation errors/ Invalid arguments', code: 412 };
  return { errors: [vendors, ...sentences.map(([field, msg]) => ({ msg, code: 412, field }))] };
}
