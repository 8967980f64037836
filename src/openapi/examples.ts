/** What is sent and what is answered. */
export interface Example {
  request?: unknown;
  response?: unknown;
  /** What is answered where the server cannot serve. */
  unavailable?: unknown;
}

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
const question = {
  question: 'How satisfied are you?',
  status: 'active',
  type: 'rating',
  config: {
    error_message: 'Invalid Input',
    required: true,
    rating_type: 'star',
    limit: 1,
    multiline: false,
    values: [{ icon: 'settings/feedback-5.svg', label: 'LIKE', value: '5' }],
  },
  departments: [1],
  channels: ['chat'],
};
const storedQuestion = { id: 37, ...question, dateCreated: '2021-03-18T07:41:18.341Z' };
const user = { auth_id: 'A1', mobile_no: '9876543210', email: 'a@example.com', name: 'Ann' };
const department = { id: 14, name: 'Sales', status: 'active' };

const time = '2026-01-31T12:00:00.000Z';
const id = '019c1382-7a00-7cc3-98c4-dc0c0c07398f';
const workspaceId = '019c1380-0a00-7d51-9a4e-1f2e3d4c5b6a';
const page = (...data: object[]): object => ({ data, nextCursor: null });

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
const nativeQuestion = {
  id: 38,
  question: 'Was this helpful?',
  type: 'Rating',
  config: { rating_type: 'thumb' },
  departments: [{ id: 14, name: 'Sales' }],
  channels: ['Chat'],
  dateCreated: time,
  status: 'active',
};
const entry = {
  id,
  source: 'question',
  externalId: null,
  instrument: '38',
  scale: 'thumb',
  score: 1,
  resolved: null,
  options: null,
  choices: [
    { label: '0', value: 0 },
    { label: '1', value: 1 },
  ],
  respondent: 'ann@example.com',
  conversation: null,
  message: null,
  channel: 'web',
  language: 'en',
  bot: null,
  prompt: 'Was this helpful?',
  comment: 'It just worked.',
  reasons: null,
  properties: null,
  userProperties: null,
  sources: null,
  occurredAt: time,
  recordedAt: time,
  updatedAt: time,
};
const profile = {
  mobileNo: '9876543210',
  email: 'ann@example.com',
  name: 'Ann',
  languageCode: 'en',
  customData: { country: 'India' },
  createdAt: time,
  updatedAt: time,
};
const bot = {
  id: 'st-053cd130-f983-577a-8aad-2504aebd60b9',
  name: 'Shop assistant',
  orgId: 'o-89b0abd5-19af-5017-a80a-6fc6bfc7a638',
  accountId: '60dbef1bc2f5c25106cdb57d',
  userId: 'u-f5d97fb8-8767-5b6c-a28d-09e9ac281e12',
  createdAt: time,
  updatedAt: time,
};
const workspace = { id: workspaceId, slug: 'sales', name: 'Sales', createdAt: time };
const credential = {
  id,
  workspace: workspaceId,
  name: 'Web site',
  type: 'api-key',
  scopes: ['feedback:write'],
  bots: null,
  origins: ['https://shop.example'],
  clientId: null,
  createdAt: time,
  expiresAt: null,
  lastUsedAt: null,
  previousUntil: null,
};
const secret = { key: 'aw_0123456789abcdefghijklmnopqrstuvwxyz', clientSecret: null };

const interval = (low: number, high: number, method = 'wilson') => ({ low, high, level: 0.95, method });
const likes = {
  scale: 'thumb',
  metric: 'share',
  n: 200,
  estimate: 0.8,
  ci: interval(0.7391, 0.8495),
  sufficient: true,
  distribution: [
    { score: 0, count: 40, share: 0.2 },
    { score: 1, count: 160, share: 0.8 },
  ],
  bands: [
    { name: 'positive', count: 160, share: 0.8, ci: interval(0.7391, 0.8495) },
    { name: 'negative', count: 40, share: 0.2, ci: interval(0.1505, 0.2609) },
  ],
  options: [],
};
const fewer = {
  ...likes,
  n: 180,
  estimate: 0.7,
  ci: interval(0.6294, 0.7622),
  distribution: [
    { score: 0, count: 54, share: 0.3 },
    { score: 1, count: 126, share: 0.7 },
  ],
  bands: [
    { name: 'positive', count: 126, share: 0.7, ci: interval(0.6294, 0.7622) },
    { name: 'negative', count: 54, share: 0.3, ci: interval(0.2378, 0.3706) },
  ],
};
const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-31T00:00:00.000Z' };
const subject = { source: 'message', instrument: 'message', tz: 'UTC', ...period };
const difference = { estimate: 0.1, ci: interval(0.013, 0.1862, 'newcombe'), verdict: 'higher' };

/** The samples of the vendors' pages, and ours in their manner, by operation. */
export const examples: Record<string, Example> = {
  submitMessageFeedback: {
    request: {
      type: 'positive',
      messageId: 'msg-1',
      reasons: [{ label: 'accurate' }],
      details: 'It just worked.',
    },
    response: feedback,
  },
  saveSurveyFeedback: {
    request: {
      channelUId: 'qatesting@vomoto.com',
      name: 'Thumb',
      score: 0,
      channel: 'rtm',
      type: 'THUMB',
      language: 'en',
      message: '',
    },
    response: {
      botId: 'st-053cd130-f983-577a-8aad-2504aebd60b9',
      channel: 'rtm',
      language: 'en',
      score: 0,
      timestamp: '2023-03-23T07:07:43.538Z',
      createdOn: '2023-03-23T07:07:43.538Z',
      timestampValue: 1_679_555_263_538,
      type: 'THUMB',
      name: 'Thumb',
      channelUId: 'qatesting@vomoto.com',
      orgId: 'o-89b0abd5-19af-5017-a80a-6fc6bfc7a638',
      accountId: '60dbef1bc2f5c25106cdb57d',
      userId: 'u-f5d97fb8-8767-5b6c-a28d-09e9ac281e12',
      _id: '641bfabf0353f52d915f7a87',
      __v: 0,
    },
  },
  findSurveyResponses: {
    request: {
      filters: { from: '2026-08-05T00:00:00.000Z', to: '2026-08-06T10:00:59.000Z', channel: ['email', 'rtm'] },
      sort: { by: 'timestamp', order: 'asc' },
      limit: 50,
      skip: 0,
    },
    response: {
      moreAvailable: false,
      totalCount: 28,
      result: [
        {
          _id: '6a6ed1d00353f52d915f7a87',
          surveyName: 'nps survey',
          surveyType: 'NPS',
          userId: 'u-f5d97fb8-8767-5b6c-a28d-09e9ac281e12',
          channelUId: 'john@example.com',
          sessionId: null,
          channel: 'rtm',
          language: 'en',
          score: 10,
          comments: null,
          timestamp: '2026-08-05T06:26:08.580Z',
        },
      ],
    },
  },
  registerUser: { request: { ...user, language_code: 'en', custom_data: { country: 'India' } }, response: user },
  updateUser: { request: { auth_id: 'A1', name: 'Ann' }, response: user },
  logUserMessage: {
    request: { user: { auth_id: 'A1' }, message_body: 'hi', message_type: 0, business_id: 343 },
    response: {
      message_id: 1_411_200_492,
      message_body: 'hi',
      created_at: '2018-10-04T12:41:27.980Z',
      message_type: 0,
    },
  },
  logUserFeedback: {
    request: {
      auth_id: 'A1',
      business_id: 343,
      query_resolved: true,
      query_rating: 5,
      feedback: 'The conversation was very human like',
    },
    response: { success: true },
  },
  listAcquireQuestions: {
    response: {
      data: {
        count: 1,
        departmentList: { list: [{ id: 6, name: 'Sales' }], success: 'true' },
        data: [storedQuestion],
      },
    },
  },
  getAcquireQuestion: { response: { data: storedQuestion } },
  addAcquireQuestion: { request: question, response: { data: storedQuestion } },
  updateAcquireQuestion: {
    request: { question: 'How satisfied were you?' },
    response: { data: { ...storedQuestion, question: 'How satisfied were you?' } },
  },
  removeAcquireQuestion: { response: { data: { deleted: 1 } } },
  listAcquireDepartments: {
    response: { data: { count: 1, data: [{ id: 6, name: 'Sales', status: 'active' }] } },
  },
  getAcquireDepartment: { response: { data: department } },
  addAcquireDepartment: {
    request: { department_list: [{ name: 'Sales', status: 'active' }] },
    response: { data: [department] },
  },
  changeAcquireDepartment: {
    request: { status: 'disabled' },
    response: { data: { ...department, status: 'disabled' } },
  },
  removeAcquireDepartment: { response: { data: { deleted: 1 } } },
  addDepartment: { request: { name: 'Sales' }, response: department },
  changeDepartment: { request: { name: 'Sales and service' }, response: { ...department, name: 'Sales and service' } },
  addQuestion: {
    request: { question: 'Was this helpful?', type: 'Rating', config: { rating_type: 'thumb' }, channels: ['Chat'] },
    response: { ...nativeQuestion, departments: [] },
  },
  changeQuestion: {
    request: { status: 'disabled' },
    response: { ...nativeQuestion, departments: [], status: 'disabled' },
  },
  answerQuestion: {
    request: {
      value: 1,
      respondent: 'ann@example.com',
      channel: 'web',
      language: 'en',
      comment: 'It just worked.',
    },
    response: entry,
  },
  createBot: { request: { name: 'Shop assistant' }, response: bot },
  changeBot: {
    request: { name: 'Shop assistant, second edition' },
    response: { ...bot, name: 'Shop assistant, second edition' },
  },
  createCredential: {
    request: { name: 'Web site', type: 'api-key', scopes: ['feedback:write'], origins: ['https://shop.example'] },
    response: { ...credential, ...secret },
  },
  rotateCredential: {
    request: { gracePeriod: 3600 },
    response: { ...credential, ...secret, previousUntil: '2026-01-31T13:00:00.000Z' },
  },
  createWorkspace: { request: { slug: 'sales', name: 'Sales' }, response: workspace },
  changeWorkspace: {
    request: { name: 'Sales and service' },
    response: { ...workspace, name: 'Sales and service' },
  },
  listMessageFeedback: {
    response: {
      positiveFeedbackCount: 1,
      negativeFeedbackCount: 0,
      positiveFeedback: [readFeedback],
      negativeFeedback: [],
    },
  },
  getMessageFeedback: { response: readFeedback },
  removeMessageFeedback: { response: { success: true, message: 'Feedback deleted' } },
  listDepartments: { response: page(department) },
  getDepartment: { response: department },
  listQuestions: { response: page(nativeQuestion) },
  getQuestion: { response: nativeQuestion },
  listFeedback: { response: page(entry) },
  getFeedback: { response: entry },
  getRespondent: { response: { respondent: 'ann@example.com', profile, ...page(entry) } },
  eraseRespondent: { response: { erased: 4 } },
  getAnalyticsSummary: {
    response: {
      ...subject,
      ...likes,
      previous: { from: '2025-12-02T00:00:00.000Z', to: period.from, ...fewer },
      change: difference,
    },
  },
  getAnalyticsTimeline: {
    response: {
      ...subject,
      scale: 'thumb',
      metric: 'share',
      interval: 'month',
      buckets: [{ ...period, ...likes }],
    },
  },
  getAnalyticsBreakdown: {
    response: {
      ...subject,
      scale: 'thumb',
      metric: 'share',
      by: 'language',
      groups: [
        { group: 'en', source: null, vsRest: difference, ...likes },
        {
          group: 'de',
          source: null,
          vsRest: { estimate: -0.1, ci: interval(-0.1862, -0.013, 'newcombe'), verdict: 'lower' },
          ...fewer,
        },
      ],
    },
  },
  listInstruments: {
    response: {
      data: [{ source: 'message', instrument: 'message', scale: 'thumb', n: 380, first: period.from, last: time }],
    },
  },
  listTexts: {
    response: {
      ...period,
      ...page({
        id,
        source: 'message',
        instrument: 'message',
        scale: 'thumb',
        score: 1,
        channel: null,
        language: null,
        bot: null,
        comment: 'It just worked.',
        occurredAt: time,
      }),
    },
  },
  listBots: { response: page(bot) },
  getBot: { response: bot },
  listCredentials: { response: page(credential) },
  getCredential: { response: credential },
  listWorkspaces: { response: page(workspace) },
  getWorkspace: { response: workspace },
  getLiveness: { response: { status: 'alive' } },
  getReadiness: {
    response: { status: 'ready', database: 'up', draining: false },
    unavailable: { status: 'not ready', database: 'down', draining: false },
  },
};
