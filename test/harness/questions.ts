import { hashOf, newApiKey, type Scope } from '#libs/access';
import { v7 as uuidv7 } from 'uuid';
import { type Answer, call, type TestApp } from './app.js';
import { exampleOf } from './examples.js';

const defaultWorkspaceId = '00000000-0000-7000-8000-000000000001';

/** The key of a credential with these scopes, in the workspace of the administrator or in a new one. */
export async function newKey(app: TestApp, scopes: Scope[], place: 'here' | 'elsewhere' = 'here'): Promise<string> {
  const workspaceId = place === 'here' ? defaultWorkspaceId : uuidv7();
  if (place === 'elsewhere')
    await app.query('insert into workspace (id, slug, name) values ($1, $2, $2)', [workspaceId, `w-${workspaceId}`]);
  const key = newApiKey();
  await app.query(
    `insert into credential (id, workspace_id, name, type, scopes, key_hash) values ($1, $2, 'test', 'api-key', $3, $4)`,
    [uuidv7(), workspaceId, scopes, hashOf(key)],
  );
  return key;
}

/** The question of the contract, as it is sent, in no department. */
export const rating = { ...(exampleOf('addAcquireQuestion').request as QuestionSent), departments: [] as unknown[] };

interface QuestionSent {
  question: string;
  status: string;
  type: string;
  config: Record<string, unknown> & { error_message: string };
  channels: unknown;
}

export const radio = {
  ...rating,
  type: 'multiple_radio',
  config: {
    rating_type: 'multiple_radio',
    required: true,
    error_message: 'Choose one',
    values: [
      { label: 'Yes', value: 'yes' },
      { label: 'No', value: 'no' },
      { label: 'Three', value: 3 },
    ],
  },
};

export const checkbox = { ...radio, type: 'multiple_checkbox', config: { ...radio.config, rating_type: undefined } };

export const text = {
  ...rating,
  type: 'text',
  config: { multiline: true, limit: 5, required: true, error_message: 'Say something' },
};

/** Adds a department and answers with its id. */
export async function newDepartment(app: TestApp, name: string, key?: string): Promise<number> {
  const body = { department_list: [{ name, status: 'active' }] };
  const answer = await call(app, '/api/v1/account/department', { body, ...(key && { key }) });
  return answer.body.data[0].id;
}

/** Adds a question and answers with its id. */
export async function newQuestion(app: TestApp, question: object, key?: string): Promise<number> {
  const answer = await call(app, '/api/v1/crm/feedback', { body: question, ...(key && { key }) });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body.data.id;
}

/** The pointers of a refusal's faults, in either API. */
export function pointersOf({ body }: Answer): string[] {
  return (body.error?.fields ?? body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
}
