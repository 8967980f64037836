/** What the document says of each group of operations, in the order in which they are shown. */
export const tags = [
  {
    name: 'Message feedback',
    description:
      'A thumb for one message of an assistant: the dialect of Inkeep. `Authorization: Bearer <API key>`. Errors are RFC 9457 problems. **Ours:** `type` and `errors` in them, the split between 400 and 422, and 405, 413, 415 and 429.',
  },
  {
    name: 'Surveys',
    description:
      'Answers to a bot’s survey: the dialect of Kore.ai. The header field `auth` holds a JWT, HS256 with the secret of the client that its claim `appId` names. The claims `exp`, `nbf` and `iat` are checked where they are present. Both spellings of each path are the vendor’s and do the same. A missing scope is 401 here, an unknown bot 400. **Ours:** `RATE_LIMIT` counts, by credential; the vendor’s limits by bot are a setting of the server (`KORE_RATE_LIMIT`).',
  },
  {
    name: 'User feedback',
    description:
      'The rating of a conversation with an agent: the dialect of Haptik. `client-id` and `Authorization: Bearer <client secret>` belong together. The vendor writes the paths with a slash at the end: both spellings work. Numbers and booleans are not accepted as text. The text for an unknown user is a setting of the server (`HAPTIK_TEXTS`). **Ours:** 403 where the scope is missing, 400 for an invalid body.',
  },
  {
    name: 'Questions (Acquire)',
    description:
      'The questions that people are asked and the departments that ask them: the dialect of Acquire. `Authorization: Bearer <API key>`. **Ours:** the tenant is the credential’s, not a subdomain’s; the shape of errors; and 404, not 400, for what there is not.',
  },
  {
    name: 'Questions',
    description:
      'The native API: questions, departments and answers. The same questions and departments as in the dialect of Acquire.',
  },
  { name: 'Feedback', description: 'The native API: what came through all doors, in one vocabulary.' },
  { name: 'Respondents', description: 'The native API: everything that one person said.' },
  {
    name: 'Analytics',
    description:
      'The native API: scores, how sure they are, and how they compare. Scores are sums of counts that are kept by the quarter of an hour.',
  },
  { name: 'Bots', description: 'The native API: the bots that surveys are answered for.' },
  {
    name: 'Credentials',
    description: 'The native API: API keys and clients, and what they may do. A secret is shown once.',
  },
  {
    name: 'Workspaces',
    description:
      'The native API: the tenants of this instance. Every record belongs to one, and a credential opens exactly one.',
  },
  { name: 'Health', description: 'Whether the server works, for those who watch it.' },
];
