import type { Chapter } from '../openapi/chapter.js';
import type { Example } from '../openapi/documented.decorator.js';

export const surveysChapter: Chapter = {
  name: 'Surveys',
  description:
    'Answers to a bot’s survey: the dialect of Kore.ai. The header field `auth` holds a JWT, HS256 with the secret of the client that its claim `appId` names. The claims `exp`, `nbf` and `iat` are in seconds and checked where they are present. Both spellings of each path are the vendor’s and do the same. A missing scope is 401 here, an unknown bot 400. **Ours:** `RATE_LIMIT` counts, by credential; the vendor’s limits by bot are a setting of the server (`KORE_RATE_LIMIT`).',
};

/** The samples of the vendor's pages. */
export const examples = {
  save: {
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
  find: {
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
} satisfies Record<string, Example>;
