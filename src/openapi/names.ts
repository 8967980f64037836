/** The names of operations that the rule below does not find. */
const exceptions: Record<string, string> = {
  'HealthController.livez': 'getLiveness',
  'HealthController.readyz': 'getReadiness',
  'HealthController.getMetrics': 'getMetrics',
  'MessageFeedbackController.submit': 'submitMessageFeedback',
  'UserFeedbackController.register': 'registerUser',
  'UserFeedbackController.update': 'updateUser',
  'UserFeedbackController.logMessage': 'logUserMessage',
  'UserFeedbackController.logFeedback': 'logUserFeedback',
  'SurveysController.save': 'saveSurveyFeedback',
  'SurveysController.find': 'findSurveyResponses',
  'QuestionsNativeController.answer': 'answerQuestion',
  'AnalyticsController.summary': 'getAnalyticsSummary',
  'AnalyticsController.timeline': 'getAnalyticsTimeline',
  'AnalyticsController.breakdown': 'getAnalyticsBreakdown',
  'AnalyticsController.instruments': 'listInstruments',
  'AnalyticsController.text': 'listTexts',
};

/** What the controllers are about. Acquire's words and ours have the same nouns. */
const nouns: Record<string, [one: string, many: string]> = {
  DepartmentsController: ['AcquireDepartment', 'AcquireDepartments'],
  QuestionsController: ['AcquireQuestion', 'AcquireQuestions'],
  EntriesController: ['Feedback', 'Feedback'],
};

/**
 * The name of an operation, which generated clients make a method of: what is done and to what, `listWorkspaces`.
 * Renaming one breaks those who use such clients.
 */
export function operationName(controller: string, key: string): string {
  // A route with several paths has an operation for each, `save[0]` and `save[1]`.
  const [method, second] = key.replace('[0]', '').split('[1]') as [string, string?];
  const name = nameOf(controller, method);
  return second === undefined ? name : `${name}V11`;
}

function nameOf(controller: string, method: string): string {
  const exception = exceptions[`${controller}.${method}`];
  if (exception) return exception;
  const noun = controller.replace(/(Native)?Controller$/, '');
  const [one, many] = nouns[controller] ?? [noun.replace(/s$/, ''), noun];
  return method + (method === 'list' || method === 'export' ? many : one);
}

/** The name of a class's schema, which generated clients make a type of: the class's own, without its ending. */
export function schemaName(className: string): string {
  return className.replace(/Dto$/, '');
}
