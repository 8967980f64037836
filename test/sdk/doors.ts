// A program of somebody who uses the generated client: compiled beside it by test/openapi/sdk.e2e-spec.ts, with no cast.
import {
  addAcquireDepartment,
  addAcquireQuestion,
  addDepartment,
  addQuestion,
  answerQuestion,
  changeBot,
  changeDepartment,
  changeQuestion,
  changeWorkspace,
  createBot,
  createCredential,
  createWorkspace,
  eraseRespondent,
  exportFeedback,
  findSurveyResponses,
  getAcquireQuestion,
  getAnalyticsBreakdown,
  getAnalyticsComparison,
  getAnalyticsSummary,
  getAnalyticsTimeline,
  getFeedback,
  getMessageFeedback,
  getReadiness,
  getRespondent,
  listAcquireDepartments,
  listAcquireQuestions,
  listBots,
  listCredentials,
  listFeedback,
  listInstruments,
  listMessageFeedback,
  listQuestions,
  listTexts,
  listWorkspaces,
  logUserFeedback,
  logUserMessage,
  type Metric,
  registerUser,
  removeAcquireQuestion,
  removeFeedback,
  removeMessageFeedback,
  removeQuestion,
  revokeCredential,
  rotateCredential,
  saveSurveyFeedback,
  type Scope,
  type Source,
  submitMessageFeedback,
  updateAcquireQuestion,
  updateUser,
  type Verdict,
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
const negative = await submitMessageFeedback({ client, body: { type: 'negative', messageId: 'm-2', details: 'No.' } });
const negativeId = { id: negative.data!.id };
const reread = await getMessageFeedback({ client, path: negativeId });
const removed = await removeMessageFeedback({ client, path: negativeId });
answers['reread'] = [reread.data?.message.role, removed.data?.success];

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

await registerUser({ client, body: { auth_id: 'ann', name: 'Anne', custom_data: { country: 'India' } } });
const updated = await updateUser({ client, body: { auth_id: 'ann', name: 'Ann' } });
const said = { user: { auth_id: 'ann' }, message_body: 'hi', message_type: 0, business_id: 343 };
const logged = await logUserMessage({ client, body: said });
const rating = { auth_id: 'ann', business_id: 343, query_resolved: true, query_rating: 5 };
const rated = await logUserFeedback({ client, body: rating });
const again = await logUserFeedback({ client, body: rating });
answers['conversation'] = [
  updated.data?.name,
  typeof logged.data?.message_id,
  rated.data?.success,
  again.error?.error_message,
];

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
const askedId = asked.data!.data.id;
const listedQuestions = await listAcquireQuestions({ client, query: { select: ['id', 'question'] } });
const reworded = await updateAcquireQuestion({ client, path: { id: askedId }, body: { question: 'Satisfied?' } });
const selected = await getAcquireQuestion({ client, path: { id: askedId }, query: { select: ['question'] } });
const deleted = await removeAcquireQuestion({ client, query: { id: askedId } });
answers['acquire'] = [
  asked.data?.data.config.rating_type,
  listedQuestions.data?.data.data[0]?.question,
  reworded.data?.data.type,
  selected.data?.data.question,
  deleted.data?.data.deleted,
];
await addAcquireDepartment({ client, body: { department_list: [{ name: 'Sales' }] } });
const departments = await listAcquireDepartments({ client });
const added = await addDepartment({ client, body: { name: 'Service' } });
const renamed = await changeDepartment({ client, path: { id: added.data!.id }, body: { name: 'Repairs' } });
const taken = await addDepartment({ client, body: { name: 'Sales' } });
answers['departments'] = [
  departments.data?.data.data.map(({ name, status }) => [name, status]),
  renamed.data?.name,
  taken.error?.code,
];

const native = await addQuestion({
  client,
  body: { question: 'Was this helpful?', type: 'Rating', config: { rating_type: 'thumb' } },
  headers: { 'Idempotency-Key': 'question-1' },
});
const id = native.data!.id;
const answer = await answerQuestion({ client, path: { id }, body: { value: 1, respondent: 'ann', comment: 'Yes.' } });
answers['question'] = [native.data?.type, answer.data?.scale, answer.data?.score, answer.data?.choices?.length];
const changed = await changeQuestion({ client, path: { id }, body: { status: 'disabled' } });
const disabled = await listQuestions({ client, query: { status: ['disabled'] } });
answers['questions'] = [changed.data?.status, disabled.data?.data.map(({ question }) => question)];

const page = await listFeedback({ client, query: { respondent: ['ann'], limit: 10 } });
const sources: Source[] | undefined = page.data?.data.map(({ source }) => source);
answers['entries'] = sources?.toSorted();
const entry = await getFeedback({ client, path: { id: answer.data!.id } });
answers['entry'] = [entry.data?.prompt, entry.data?.choices?.map(({ value }) => value)];
answers['profile'] = (await getRespondent({ client, path: { id: 'ann' } })).data?.profile?.name;
const file = await exportFeedback({ client, query: { format: 'ndjson' }, parseAs: 'text' });
answers['export'] = [file.response?.headers.get('content-type'), file.data?.trim().split('\n').length];

const thumbs = { source: 'survey', instrument: 'Thumb' } as const;
const summary = await getAnalyticsSummary({ client, query: thumbs });
const metric: Metric | undefined = summary.data?.metric;
const verdict: Verdict | undefined = summary.data?.change?.verdict;
answers['summary'] = [summary.data?.n, summary.data?.estimate, summary.data?.ci?.method, metric, verdict];
const timeline = await getAnalyticsTimeline({ client, query: { ...thumbs, interval: 'month' } });
answers['timeline'] = timeline.data?.buckets.reduce((sum, { n }) => sum + n, 0);
const breakdown = await getAnalyticsBreakdown({ client, query: { ...thumbs, by: 'language' } });
answers['breakdown'] = breakdown.data?.groups.map(({ group, n }) => [group, n]);
const sides = { a: 'language=en', b: 'language=de' };
const comparison = await getAnalyticsComparison({ client, query: { ...thumbs, ...sides } });
answers['comparison'] = [comparison.data?.a.n, comparison.data?.a.ci?.method, comparison.data?.b.n];
const ambiguous = await getAnalyticsSummary({ client });
answers['ambiguous'] = [ambiguous.response?.status, ambiguous.error?.errors?.length !== 0];
const instruments = await listInstruments({ client });
answers['instruments'] = instruments.data?.data.map(({ source }) => source).toSorted();
const texts = await listTexts({ client, query: { source: 'question' } });
answers['texts'] = texts.data?.data.map(({ comment }) => comment);

const bot = await createBot({ client, body: { name: 'Shop assistant' } });
const rebot = await changeBot({ client, path: { id: bot.data!.id }, body: { orgId: 'o-1' } });
const bots = await listBots({ client, query: { limit: 1 } });
answers['bots'] = [rebot.data?.orgId, bots.data?.data[0]?.name, typeof bots.data?.nextCursor];
const workspace = await createWorkspace({ client, body: { slug: 'shop', name: 'Shop' } });
const workspaceId = { id: workspace.data!.id };
const moved = await changeWorkspace({ client, path: workspaceId, body: { name: 'The shop' } });
const workspaces = await listWorkspaces({ client });
answers['workspaces'] = [moved.data?.name, workspaces.data?.data.some(({ slug }) => slug === 'shop')];
const scopes: Scope[] = ['feedback:write'];
const made = await createCredential({
  client,
  body: { name: 'Web site', type: 'api-key', scopes: ['feedback:write'], workspace: 'shop' },
});
const own = await createCredential({ client, body: { name: 'Own', type: 'api-key', scopes: ['feedback:write'] } });
const rotated = await rotateCredential({ client, path: { id: own.data!.id }, body: { gracePeriod: 60 } });
const revoked = await revokeCredential({ client, path: { id: own.data!.id } });
const credentials = await listCredentials({ client });
answers['credentials'] = [
  made.data?.workspace === workspaceId.id,
  made.data?.scopes.every((scope) => scopes.includes(scope)),
  typeof rotated.data?.key,
  typeof rotated.data?.previousUntil,
  revoked.response?.status,
  credentials.data?.data.some(({ name }) => name === 'Own'),
];

await removeFeedback({ client, path: { id: answer.data!.id } });
await removeQuestion({ client, path: { id } });
answers['erased'] = (await eraseRespondent({ client, path: { id: 'ann' } })).data?.erased;
answers['ready'] = (await getReadiness({ client })).data?.database;

console.log(JSON.stringify(answers));
