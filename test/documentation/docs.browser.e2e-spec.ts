import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { vendorToken } from '../harness/access.tokens.js';
import { adminKey, call, startApp, type TestApp } from '../harness/app.js';
import { executablePath } from '../harness/chromium.js';
import { makeCredential } from '../harness/credential.js';

/** Where screenshots go, for people to look at. */
const screenshots = process.env['SCREENSHOTS'];

let app: TestApp;
let browser: Browser;
let page: Page;
let clientId: string;
let clientSecret: string;
let bot: string;
const requested: string[] = [];
const complaints: string[] = [];

jest.setTimeout(120_000);

(executablePath ? describe : describe.skip)('/docs in Chromium', () => {
  beforeAll(async () => {
    app = await startApp();
    ({ clientId, clientSecret } = await makeCredential(app, { type: 'client', scopes: ['admin'] }));
    bot = (await call(app, '/v1/bots', { body: { name: 'n' } })).body.id;
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
    page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${app.url}/docs`);
    await page.locator('.opblock').first().waitFor();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('shows every operation under its door', async () => {
    const tags = await page
      .locator('.opblock-tag')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-tag')));
    expect(tags.slice(0, 4)).toEqual(['Message feedback', 'Surveys', 'User feedback', 'Questions (Acquire)']);
    await shoot('overview');
  });

  it('keeps the credentials of each scheme once they are filled in', async () => {
    await authorise({
      'api-key': adminKey,
      'client-id': clientId,
      'client-secret': clientSecret,
      jwt: vendorToken({ id: clientId, secret: clientSecret }),
    });
    await page.reload();
    await page.locator('.opblock').first().waitFor();
    await page.locator('.auth-wrapper .authorize').first().click();
    expect(await page.locator('.modal-ux .auth-container').getByText('Authorized').count()).toBe(4);
    await shoot('authorised');
    await page.locator('.modal-ux .close-modal').click();
  });

  it('submits a message feedback with Try it out', async () => {
    const answer = await tryOut('submitMessageFeedback');
    expect(answer).toMatchObject({ status: '200', body: { type: 'positive', messageId: 'msg-1' } });
  });

  it('submits a survey feedback with Try it out', async () => {
    const answer = await tryOut('saveSurveyFeedback', { botId: bot });
    expect(answer).toMatchObject({ status: '200', body: { botId: bot, type: 'THUMB', score: 0 } });
  });

  it('submits a user feedback with Try it out, after the user and the message', async () => {
    expect(await tryOut('registerUser')).toMatchObject({ status: '200', body: { auth_id: 'A1' } });
    expect(await tryOut('logUserMessage')).toMatchObject({ status: '200', body: { message_body: 'hi' } });
    expect(await tryOut('logUserFeedback')).toMatchObject({ status: '201', body: { success: true } });
  });

  it('adds a question and an answer to it with Try it out', async () => {
    expect(await tryOut('addAcquireDepartment')).toMatchObject({ status: '200', body: { data: [{ id: 1 }] } });
    const asked = await tryOut('addAcquireQuestion');
    expect(asked).toMatchObject({ status: '200', body: { data: { type: 'rating' } } });
    const { body } = await tryOut('addQuestion');
    const answer = await tryOut('answerQuestion', { id: String(body.id) });
    expect(answer).toMatchObject({ status: '201', body: { source: 'question', respondent: 'ann@example.com' } });
  });

  it('asks no other host for anything, and the policy lets it work', () => {
    expect(requested.filter((url) => !url.startsWith(app.url) && !url.startsWith('data:'))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

async function authorise(credentials: Record<string, string>): Promise<void> {
  await page.locator('.auth-wrapper .authorize').first().click();
  for (const [scheme, value] of Object.entries(credentials)) {
    const form = page
      .locator('.modal-ux .auth-container')
      .filter({ has: page.locator('h4', { hasText: new RegExp(`^${scheme}`) }) });
    await form.locator('input').fill(value);
    await form.getByRole('button', { name: 'Apply credentials' }).click();
  }
  await page.locator('.modal-ux .close-modal').click();
}

/** Executes an operation as its example has it. */
async function tryOut(operationId: string, parameters: Record<string, string> = {}) {
  const block = page.locator(`.opblock[id$="-${operationId}"]`);
  if (!(await block.isVisible())) await openTagOf(operationId);
  await block.locator('.opblock-summary').click();
  for (const [name, value] of Object.entries(parameters))
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  await block.getByRole('button', { name: 'Execute' }).click();
  const live = block.locator('.live-responses-table');
  await live.waitFor();
  const status = (await live.locator('tr.response .response-col_status').first().innerText()).trim().split(/\s/)[0];
  const text = await live.locator('.highlight-code code, pre code').first().innerText();
  await shoot(operationId, block);
  await block.locator('.opblock-summary').click();
  return { status, body: JSON.parse(text) };
}

async function openTagOf(operationId: string): Promise<void> {
  const { body } = await call(app, '/openapi.json');
  const all = Object.values(body.paths as object).flatMap((item: object) => Object.values(item));
  const [tag] = all.find((one: { operationId: string }) => one.operationId === operationId).tags;
  await page.locator(`.opblock-tag[data-tag="${tag}"]`).click();
}

async function shoot(name: string, of: Page | Locator = page): Promise<void> {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await of.screenshot({ path: join(screenshots, `${name}.png`) });
}
