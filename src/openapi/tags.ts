/** What the document says of each group of operations, in the order in which they are shown. */
export const tags = [
  {
    name: 'Message feedback',
    description:
      'A thumb for one message of an assistant: the dialect of Inkeep. `Authorization: Bearer <API key>`. Errors are RFC 9457 problems.',
  },
  {
    name: 'Surveys',
    description:
      'Answers to a bot’s survey: the dialect of Kore.ai. The header field `auth` holds a JWT, HS256 with the secret of the client that its claim `appId` names. Both spellings of each path are the vendor’s and do the same.',
  },
  {
    name: 'User feedback',
    description:
      'The rating of a conversation with an agent: the dialect of Haptik. `client-id` and `Authorization: Bearer <client secret>` belong together. The vendor writes the paths with a slash at the end: both spellings work.',
  },
  {
    name: 'Questions (Acquire)',
    description:
      'The questions that people are asked and the departments that ask them: the dialect of Acquire. `Authorization: Bearer <API key>`. **Ours:** the tenant is the credential’s, and the shape of errors.',
  },
  { name: 'Questions', description: 'The native API: questions, departments and answers.' },
  { name: 'Feedback', description: 'The native API: what came through all doors, in one vocabulary.' },
  { name: 'Respondents', description: 'The native API: everything that one person said.' },
  { name: 'Analytics', description: 'The native API: numbers about what was said.' },
  { name: 'Bots', description: 'The native API: the bots that surveys are answered for.' },
  { name: 'Credentials', description: 'The native API: who may do what.' },
  { name: 'Workspaces', description: 'The native API: the tenants of this instance.' },
  { name: 'Health', description: 'Whether the server works, for those who watch it.' },
];
