import type { Located, Schema } from './operation.js';

const uuid: Schema = { type: 'string', format: 'uuid' };
const number: Schema = { type: 'integer', minimum: 1 };
const text: Schema = { type: 'string', minLength: 1 };

/** What `{id}` is, by the path. */
const ids: Record<string, { description: string; schema: Schema; example: string | number }> = {
  '/feedback/{id}': {
    description: 'The id of the feedback, percent-encoded: `a/b` is `a%2Fb`.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: 'fb-1',
  },
  '/api/v1/crm/feedback/{id}': { description: 'The number of the question.', schema: number, example: 37 },
  '/api/v1/account/department/{id}': { description: 'The number of the department.', schema: number, example: 14 },
  '/v1/departments/{id}': { description: 'The number of the department.', schema: number, example: 14 },
  '/v1/questions/{id}': { description: 'The number of the question.', schema: number, example: 38 },
  '/v1/feedback/{id}': {
    description: 'The id of the entry.',
    schema: uuid,
    example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
  },
  '/v1/respondents/{id}': {
    description: 'The respondent, percent-encoded, as the doors were told: a person’s id, an e-mail address.',
    schema: text,
    example: 'ann@example.com',
  },
  '/v1/bots/{id}': {
    description: 'The bot or stream id.',
    schema: text,
    example: 'st-053cd130-f983-577a-8aad-2504aebd60b9',
  },
  '/v1/credentials/{id}': {
    description: 'The id of the credential, which is neither the key nor the client id.',
    schema: uuid,
    example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
  },
  '/v1/workspaces/{id}': {
    description: 'The id of the workspace, which is not its slug.',
    schema: uuid,
    example: '019c1382-7a00-7cc3-98c4-dc0c0c07398f',
  },
};

/** Says of every parameter what it is, and of none that has a default that it must be sent. */
export function describeParameters({ path, operation }: Located): void {
  for (const parameter of operation.parameters ?? []) {
    if ('$ref' in parameter) continue;
    if (parameter.in === 'path' && parameter.name === 'id')
      Object.assign(parameter, ids[path.replace(/(?<=\{id\}).*/, '')]);
    if (parameter.schema && 'default' in parameter.schema) parameter.required = false;
  }
}
