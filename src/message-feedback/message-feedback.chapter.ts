import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const messageFeedbackChapter: Chapter = {
  name: 'Message feedback',
  description:
    'A thumb for one message of an assistant: the dialect of Inkeep. `Authorization: Bearer <API key>`. Errors are RFC 9457 problems. **Ours:** `type` and `errors` in them, the split between 400 and 422, and 405, 413, 415 and 429.',
};

const feedback = {
  id: 'fb-1',
  type: 'positive',
  messageId: 'msg-1',
  createdAt: '2026-01-31T12:00:00.000Z',
  updatedAt: '2026-01-31T12:00:00.250Z',
  reasons: [{ label: 'accurate', details: '' }],
  details: 'It just worked.',
  properties: null,
  userProperties: null,
  sources: null,
};
const readFeedback = {
  ...feedback,
  message: {
    id: 'msg-1',
    type: 'openai',
    externalId: null,
    externalUrl: null,
    conversationId: '',
    createdAt: feedback.createdAt,
    updatedAt: feedback.updatedAt,
    role: 'assistant',
    content: '',
    name: null,
    links: null,
    properties: null,
    userProperties: null,
    tool_calls: null,
  },
  conversation: {
    id: '',
    externalId: null,
    externalUrl: null,
    type: 'openai',
    supportTicketConversationId: null,
    createdAt: feedback.createdAt,
    updatedAt: feedback.updatedAt,
    projectId: null,
    integrationId: null,
    properties: null,
    userProperties: null,
    tags: null,
    visibility: null,
    messages: [],
    messagesOpenAIFormat: [],
  },
};

export const examples = {
  submit: {
    request: {
      type: 'positive',
      messageId: 'msg-1',
      reasons: [{ label: 'accurate' }],
      details: 'It just worked.',
    },
    response: feedback,
  },
  list: {
    response: {
      positiveFeedbackCount: 1,
      negativeFeedbackCount: 0,
      positiveFeedback: [readFeedback],
      negativeFeedback: [],
    },
  },
  get: { response: readFeedback },
  remove: { response: { success: true, message: 'Feedback deleted' } },
} satisfies Record<string, Example>;
