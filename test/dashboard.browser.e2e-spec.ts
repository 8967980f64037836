import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { vendorToken } from './access.tokens.js';
import { adminKey, type Answer, call, startApp, type TestApp } from './app.js';
import { newClient } from './clients.js';
import { checkbox, newQuestion, rating, text } from './questions.harness.js';
import { introduce, rate } from './user-feedback.harness.js';

const executablePath = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => process.env['PATH']!.split(':').map((folder) => join(folder, name)))
  .find((file) => existsSync(file));

let app: TestApp;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const requested: string[] = [];
const complaints: string[] = [];

jest.setTimeout(60_000);

const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString();

/** Answers through every door, on every scale. */
async function fill(): Promise<void> {
  const made: Promise<Answer>[] = [];
  const send = (path: string, body: object) => made.push(call(app, path, { body }));
  for (let i = 0; i < 40; i++)
    send('/feedback', { type: i % 3 ? 'positive' : 'negative', messageId: `m${i}`, createdAt: ago(8 * i + 1) });
  const [choice, words, stars] = [
    await newQuestion(app, checkbox),
    await newQuestion(app, { ...text, config: { ...text.config, limit: 100 } }),
    await newQuestion(app, { ...rating, config: { ...rating.config, values: [1, 2, 3, 4, 5].map(star) } }),
  ];
  for (let i = 0; i < 6; i++) {
    const said = { channel: i % 2 ? 'web' : 'chat', respondent: `r${i}`, occurredAt: ago(12 * i + 1) };
    send(`/v1/questions/${choice}/answers`, { ...said, value: i % 2 ? ['yes'] : ['yes', 'no'] });
    send(`/v1/questions/${words}/answers`, { ...said, value: `<b>Word ${i}</b> \u202eback` });
    send(`/v1/questions/${stars}/answers`, { ...said, value: 1 + (i % 5) });
  }
  const client = await newClient(app, { scopes: ['admin'] });
  const { id: bot } = (await call(app, '/v1/bots', { body: { name: 'n' } })).body;
  const survey = (type: string, name: string, score: number, more: object) =>
    made.push(
      call(app, `/api/public/bot/${bot}/saveFeedback`, {
        key: null,
        headers: { auth: vendorToken(client) },
        body: { channelUId: 'u', name, score, type, message: '', ...more },
      }),
    );
  for (let i = 0; i < 60; i++) {
    survey('NPS', 'Recommend', i % 11, { channel: i % 4 ? 'rtm' : 'whatsapp', language: i % 2 ? 'en' : 'zh_cn' });
    if (i < 12) survey('CSAT', 'Service', 1 + (i % 5), { channel: 'rtm', language: 'de', message: i ? '' : '=1+1' });
  }
  for (let i = 0; i < 4; i++) {
    await introduce(client, app, `person-${i}`, 343);
    made.push(rate(client, app, `person-${i}`, { query_rating: 2 + i, query_resolved: i > 0 }));
  }
  for (const { status, body } of await Promise.all(made))
    if (status >= 300) throw new Error(`not stored: ${status} ${JSON.stringify(body)}`);
}

const star = (value: number) => ({ label: `${value} stars`, value });

// Where there is no Chromium, `.ci/run` could not install one.
(executablePath ? describe : describe.skip)('/dashboard in Chromium', () => {
  beforeAll(async () => {
    app = await startApp();
    await fill();
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });
  beforeEach(() => open());
  afterEach(() => context?.close());

  it.each(['light', 'dark'] as const)('axe-core finds nothing serious in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await enter(adminKey);
    expect(await violations()).toEqual([]);
  });
});

/** A new tab, in a browser that knows nothing yet. */
async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  await context?.close();
  context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Europe/Berlin',
    ...options,
  });
  page = await context.newPage();
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${app.url}/dashboard`);
}

async function enter(key: string): Promise<void> {
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Open' }).click();
  await settled();
}

/** Nothing is on its way any more. */
async function settled(): Promise<void> {
  await page.locator('.top').waitFor();
  await page.locator('.loading-line, [aria-busy="true"]').first().waitFor({ state: 'detached' });
}

/** What axe-core finds serious or critical, and where. */
async function violations(): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
