import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const userFeedbackChapter: Chapter = {
  name: 'User feedback',
  description:
    'The rating of a conversation with an agent: the dialect of Haptik. `client-id` and `Authorization: Bearer <client secret>` belong together. The vendor writes the paths with a slash at the end; they work without as well. Numbers and booleans are not accepted as text. The text for an unknown user is a setting of the server (`HAPTIK_TEXTS`). **Ours:** `client_id` is taken for `client-id`, 403 where the scope is missing, 400 for an invalid body.',
};

const user = { auth_id: 'A1', mobile_no: '9876543210', email: 'a@example.com', name: 'Ann' };

/** The samples of the vendor's pages. */
export const examples = {
  register: { request: { ...user, language_code: 'en', custom_data: { country: 'India' } }, response: user },
  update: { request: { auth_id: 'A1', name: 'Ann' }, response: user },
  logMessage: {
    request: { user: { auth_id: 'A1' }, message_body: 'hi', message_type: 0, business_id: 343 },
    response: {
      message_id: 1_411_200_492,
      message_body: 'hi',
      created_at: '2018-10-04T12:41:27.980Z',
      message_type: 0,
    },
  },
  logFeedback: {
    request: {
      auth_id: 'A1',
      business_id: 343,
      query_resolved: true,
      query_rating: 5,
      feedback: 'The conversation was very human like',
    },
    response: { success: true },
  },
} satisfies Record<string, Example>;
