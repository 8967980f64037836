import { newApiKey } from '#libs/access';
import { describe, expect, it } from '@jest/globals';
import { call, startApp } from '../harness/app.js';

describe('ADMIN_API_KEY', () => {
  it.each([
    ['any printable characters', 'correct horse, battery staple & co.'],
    ['the beginning of a key of ours', 'aw_administrator-of-the-instance-0123'],
    ['a key of ours with another checksum', `${newApiKey().slice(0, -6)}000000`],
    ['a key of ours', newApiKey()],
  ])('opens the instance, made of %s', async (_, key) => {
    const app = await startApp({ ADMIN_API_KEY: key });
    expect((await call(app, '/v1/workspaces', { key })).status).toBe(200);
    const mistyped = key.slice(0, -1) + (key.endsWith('x') ? 'y' : 'x');
    expect((await call(app, '/v1/workspaces', { key: mistyped })).status).toBe(401);
    await app.close();
  });
});
