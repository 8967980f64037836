// A program of somebody who uses the generated client: compiled beside it by test/sdk.e2e-spec.ts, with no cast.
import {
  addAcquireQuestion,
  addQuestion,
  answerQuestion,
  exportFeedback,
  findSurveyResponses,
  getRespondent,
  listAcquireQuestions,
  listFeedback,
  listMessageFeedback,
  logUserFeedback,
  logUserMessage,
  registerUser,
  saveSurveyFeedback,
  submitMessageFeedback,
} from './client/index.js';
import { createClient, createConfig } from './client/client/index.js';

const { url, key, clientId, clientSecret, jwt, botId } = JSON.parse(process.argv[2]!) as Record<string, string>;
const client = createClient(
  createConfig({
    baseUrl: url!,
    auth: ({ name, key: scheme }) =>
      name === 'auth' ? jwt : name === 'client-id' ? clientId : scheme === 'client-secret' ? clientSecret : key,
  }),
);
const answers: Record<string, unknown> = {};

const message = await submitMessageFeedback({
  client,
  body: { type: 'positive', messageId: 'm-1', reasons: [{ label: 'accurate' }], userProperties: { userId: 'ann' } },
});
const reason: string | undefined = message.data?.reasons?.[0]?.details;
answers['message'] = [message.data?.type, reason, message.data?.userProperties?.userId];
const listed = await listMessageFeedback({ client, query: { limit: 5 } });
answers['messages'] = listed.data?.positiveFeedback.map(({ messageId, conversation }) => [messageId, conversation.id]);

const refused = await submitMessageFeedback({ client, body: { type: 'positive', messageId: '' } });
answers['refused'] = [refused.response?.status, refused.error?.type, refused.error?.errors?.[0]?.pointer];

const survey = await saveSurveyFeedback({
  client,
  path: { botId: botId! },
  body: { channelUId: 'ann', name: 'Thumb', score: 1, channel: 'rtm', type: 'THUMB', language: 'en', message: '' },
});
const milliseconds: number | undefined = survey.data?.timestampValue;
answers['survey'] = [survey.data?.botId, survey.data?.__v, typeof milliseconds];
const filters = { from: '2000-01-01T00:00:00Z', to: '9000-01-01T00:00:00Z' };
const found = await findSurveyResponses({ client, path: { botId: botId! }, body: { filters } });
answers['surveys'] = found.data?.result.map(({ surveyType, channelUId }) => [surveyType, channelUId]);

await registerUser({ client, body: { auth_id: 'ann', name: 'Ann', custom_data: { country: 'India' } } });
const said = { user: { auth_id: 'ann' }, message_body: 'hi', message_type: 0, business_id: 343 };
const logged = await logUserMessage({ client, body: said });
const rating = { auth_id: 'ann', business_id: 343, query_resolved: true, query_rating: 5 };
const rated = await logUserFeedback({ client, body: rating });
const again = await logUserFeedback({ client, body: rating });
answers['conversation'] = [typeof logged.data?.message_id, rated.data?.success, again.error?.error_message];

const asked = await addAcquireQuestion({
  client,
  body: {
    question: 'How satisfied are you?',
    status: 'active',
    type: 'rating',
    config: { rating_type: 'star' },
    departments: [],
    channels: ['chat'],
  },
});
const listedQuestions = await listAcquireQuestions({ client, query: { select: ['id', 'question'] } });
answers['acquire'] = [asked.data?.data.config.rating_type, listedQuestions.data?.data.data[0]?.question];

const native = await addQuestion({
  client,
  body: { question: 'Was this helpful?', type: 'Rating', config: { rating_type: 'thumb' } },
  headers: { 'Idempotency-Key': 'question-1' },
});
const answer = await answerQuestion({
  client,
  path: { id: String(native.data!.id) },
  body: { value: 1, respondent: 'ann' },
});
answers['question'] = [native.data?.type, answer.data?.scale, answer.data?.score, answer.data?.choices?.length];

const page = await listFeedback({ client, query: { respondent: ['ann'], limit: 10 } });
answers['entries'] = page.data?.data.map(({ source }) => source).toSorted();
answers['profile'] = (await getRespondent({ client, path: { id: 'ann' } })).data?.profile?.name;
const file = await exportFeedback({ client, query: { format: 'ndjson' }, parseAs: 'text' });
answers['export'] = file.response?.headers.get('content-type');

console.log(JSON.stringify(answers));
