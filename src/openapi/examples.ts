/** What is sent and what is answered. */
export interface Example {
  request?: unknown;
  response?: unknown;
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
    response: {
      id: 38,
      question: 'Was this helpful?',
      type: 'Rating',
      config: { rating_type: 'thumb' },
      departments: [],
      channels: ['Chat'],
      dateCreated: '2026-01-31T12:00:00.000Z',
      status: 'active',
    },
  },
  changeQuestion: { request: { status: 'disabled' } },
  answerQuestion: { request: { value: 1, respondent: 'ann@example.com', channel: 'web', language: 'en' } },
  createBot: { request: { name: 'Shop assistant' } },
  changeBot: { request: { name: 'Shop assistant, second edition' } },
  createCredential: {
    request: { name: 'Web site', type: 'api-key', scopes: ['feedback:write'], origins: ['https://shop.example'] },
  },
  rotateCredential: { request: { gracePeriod: 3600 } },
  createWorkspace: { request: { slug: 'sales', name: 'Sales' } },
  changeWorkspace: { request: { name: 'Sales and service' } },
};
