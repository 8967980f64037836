import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { vendorToken } from '../harness/access.tokens.js';
import { adminKey, type Answer, type Call, call, startApp, type TestApp } from '../harness/app.js';
import { executablePath } from '../harness/chromium.js';
import { newClient } from '../harness/clients.js';
import { makeCredential, makeWorkspace } from '../harness/credential.js';
import { checkbox, newQuestion, rating, text } from '../harness/questions.js';
import { introduce, rate } from '../harness/user-feedback.js';

let app: TestApp;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const requested: string[] = [];
const complaints: string[] = [];

jest.setTimeout(60_000);

const size = { width: 1280, height: 900 };

const hour = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * hour).toISOString();

/** Answers through every door, on every scale; of each door one after the other, so that a slow machine keeps up. */
async function fill(): Promise<void> {
  await Promise.all([fillMessages(), fillQuestions(), fillSurveys()]);
}

async function send(path: string, body: object, options: Call = {}): Promise<void> {
  stored(await call(app, path, { ...options, body }));
}

async function fillMessages(): Promise<void> {
  for (let i = 0; i < 40; i++)
    await send('/feedback', { type: i % 3 ? 'positive' : 'negative', messageId: `m${i}`, createdAt: ago(8 * i + 1) });
  // In the period before.
  for (let i = 0; i < 15; i++)
    await send('/feedback', { type: i % 5 ? 'negative' : 'positive', messageId: `b${i}`, createdAt: ago(31 * 24 + i) });
}

async function fillQuestions(): Promise<void> {
  const [choice, words, stars, three] = [
    await newQuestion(app, checkbox),
    await newQuestion(app, { ...text, config: { ...text.config, limit: 100 } }),
    await newQuestion(app, { ...rating, config: { ...rating.config, values: [1, 2, 3, 4, 5].map(star) } }),
    await newQuestion(app, { ...rating, config: { ...rating.config, values: [1, 2, 3].map(star) } }),
  ];
  for (let i = 0; i < 12; i++) await send(`/v1/questions/${three}/answers`, { value: 3, occurredAt: ago(i + 1) });
  for (let i = 0; i < 6; i++) {
    const said = { channel: i % 2 ? 'web' : 'chat', respondent: `r${i}`, occurredAt: ago(12 * i + 1) };
    await send(`/v1/questions/${choice}/answers`, { ...said, value: i % 2 ? ['yes'] : ['yes', 'no'] });
    await send(`/v1/questions/${words}/answers`, { ...said, value: `<b>Word ${i}</b> \u202eback` });
    await send(`/v1/questions/${stars}/answers`, { ...said, value: 1 + (i % 5) });
  }
}

async function fillSurveys(): Promise<void> {
  const client = await newClient(app, { scopes: ['admin'] });
  const { id: bot } = (await call(app, '/v1/bots', { body: { name: 'Shop assistant' } })).body;
  const survey = (type: string, name: string, score: number, more: object) =>
    send(
      `/api/public/bot/${bot}/saveFeedback`,
      { channelUId: 'u', name, score, type, message: '', ...more },
      { key: null, headers: { auth: vendorToken(client) } },
    );
  for (let i = 0; i < 33; i++)
    await survey('NPS', 'Recommend', i % 11, { channel: i % 4 ? 'rtm' : 'whatsapp', language: i % 2 ? 'en' : 'zh_cn' });
  for (let i = 0; i < 12; i++)
    await survey('CSAT', 'Service', 1 + (i % 5), { channel: 'rtm', language: 'de', message: i ? '' : '=1+1' });
  // The second channel has a longer name than is counted.
  for (const channel of ['other', '\u{1D4B3}'.repeat(129)])
    await survey('THUMB', 'Odd places', 1, { channel, language: 'en' });
  for (let i = 0; i < 4; i++) {
    await introduce(client, app, `person-${i}`, 343);
    stored(await rate(client, app, `person-${i}`, { query_rating: 2 + i, query_resolved: i > 0 }));
  }
}

function stored({ status, body }: Answer): void {
  if (status >= 300) throw new Error(`not stored: ${status} ${JSON.stringify(body)}`);
}

const star = (value: number) => ({ label: `${value} stars`, value });

(executablePath ? describe : describe.skip)('/dashboard in Chromium', () => {
  beforeAll(async () => {
    app = await startApp();
    await fill();
    browser = await launch();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  describe('in a browser that knows nothing yet', () => {
    beforeEach(() => open());
    afterEach(() => context?.close());

    it.each(['aw_wrong', adminKey.toUpperCase()])('says that the key %s is not valid, and asks again', async (key) => {
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Open' }).click();
      await page.getByRole('alert').getByText('This key is not valid here').waitFor();
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
    });

    it('keeps the key for the tab, in no address, until it is to be forgotten', async () => {
      await enter(adminKey);
      await page.reload();
      await settled();
      expect(requested.filter((url) => url.includes(adminKey))).toEqual([]);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('API key').waitFor();
      expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    });

    it('is worked by the keyboard alone', async () => {
      const press = (key: string) => page.keyboard.press(key);
      await page.locator('input:focus').waitFor();
      await page.keyboard.type(adminKey);
      await press('Enter');
      await settled();
      await tabTo('input[name="period"]');
      await press('ArrowLeft');
      await settled();
      expect(page.url()).toContain('period=7d');
      await tabTo('.selects select');
      await page.keyboard.type('Rec');
      await settled();
      expect(page.url()).toContain('instrument=Recommend');
      await tabTo('.piece');
      const before = await page.locator('.piece:focus').getAttribute('aria-label');
      await press('ArrowDown');
      const after = (await page.locator('.piece:focus').getAttribute('aria-label'))!;
      expect(after).not.toBe(before);
      await press('Tab');
      expect(await page.locator('.piece:focus').count()).toBe(0);
      await press('Shift+Tab');
      expect(await page.locator('.piece:focus').getAttribute('aria-label')).toBe(after);
      await press('Enter');
      await settled();
      expect(await page.locator('h2:focus').count()).toBe(1);
      const rows = await page.locator('.answers tbody tr').count();
      expect(after).toMatch(new RegExp(`: ${rows} \\w+ of`));
    });

    it('is light or dark as the reader has it', async () => {
      const background = async (colorScheme: 'light' | 'dark') => {
        await page.emulateMedia({ colorScheme });
        const color: string = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
        return Math.max(...color.match(/\d+/g)!.slice(0, 3).map(Number));
      };
      expect(await background('light')).toBeGreaterThan(200);
      expect(await background('dark')).toBeLessThan(50);
    });

    it.each([320, 1440])('is accessible at %i pixels: axe-core finds nothing serious, light or dark', async (width) => {
      await page.setViewportSize({ width, height: 900 });
      expect(await violations()).toEqual([]);
      await enter(adminKey);
      await choose('What was asked', 'Recommend');
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        expect(await violations()).toEqual([]);
      }
    });

    it('is in UTC where the browser does not know where it is', async () => {
      const lost = await launch({ ...process.env, TZ: 'Mars/Phobos' });
      try {
        await open(lost, '');
        const zone = 'Intl.DateTimeFormat().resolvedOptions().timeZone';
        expect(await page.evaluate(zone)).toBe('Etc/Unknown');
        await enter(adminKey);
        expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('UTC');
        expect(await page.locator('.score .n').count()).toBe(1);
      } finally {
        await lost.close();
      }
    });

    it('says what to do in an empty workspace', async () => {
      const workspace = await makeWorkspace(app, 'empty');
      await enter((await makeCredential(app, { workspace, scopes: ['analytics:read'] })).key);
      await page.getByText('Nothing has been said yet.').waitFor();
    });

    it('names the scope that a key lacks', async () => {
      await enter((await makeCredential(app, { scopes: ['feedback:read'] })).key);
      await page.getByText('it lacks the scope analytics:read').waitFor();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await enter((await makeCredential(app, { scopes: ['analytics:read'] })).key);
      await page.locator('.answers').getByText('it lacks the scope feedback:read').waitFor();
      expect(await page.locator('.score .estimate').count()).toBe(1);
    });
  });

  describe('once the key is entered', () => {
    beforeAll(async () => {
      await open();
      await enter(adminKey);
    }, 60_000);
    beforeEach(() => back());
    afterAll(() => context?.close());

    it.each(['Thumb on a message', 'Recommend', 'Service', 'Rating of a conversation', 'rating 1–5', 'choice'])(
      'shows of “%s” what the API says',
      async (instrument) => {
        await choose('What was asked', instrument);
        const { body: summary } = await answered('analytics/summary');
        expect(summary.n).toBeGreaterThan(0);
        expect(await values('.score .n')).toEqual([summary.n]);
        if (summary.metric !== 'options') expect(await values('.score .estimate')).toEqual([summary.estimate]);
        const parts = summary.metric === 'options' ? summary.options : summary.bands;
        expect(await values('.bands td:nth-of-type(1) data')).toEqual(parts.map(({ count }: Part) => count));
        expect(await values('.bands .share-text')).toEqual(parts.map(({ share }: Part) => share));
        expect(await verdicts('.bands')).toEqual(parts.map(({ change }: Part) => told(change)));
        const breakdowns: Answer['body'][] = [];
        for (const [by, title] of [
          ['channel', 'By channel'],
          ['language', 'By language'],
        ]) {
          const { body: breakdown } = await answered(`analytics/breakdown?`, `by=${by}`);
          const shown = `[aria-label="${title}"] td:nth-of-type(1) data`;
          expect(await values(shown)).toEqual(breakdown.groups.map(({ n }: { n: number }) => n));
          if (summary.metric !== 'options')
            expect(await verdicts(`section[aria-label="${title}"]`)).toEqual(
              breakdown.groups.map(({ vsRest }: Answer['body']) => told(vsRest)),
            );
          breakdowns.push(breakdown);
        }
        const { body: timeline } = await answered('analytics/timeline');
        await page.getByText('As a table').click();
        const buckets = timeline.buckets.map(({ n }: { n: number }) => n);
        expect(await values('.buckets td:nth-of-type(1) data')).toEqual(buckets);
        const said = spellings([summary, breakdowns, timeline]);
        expect((await numbersShown()).filter((number) => !said.has(number))).toEqual([]);
      },
    );

    it('names workspace, questions and channels as people do', async () => {
      expect(await page.locator('h1').innerText()).toBe('Afterword Default');
      expect((await call(app, '/v1/channels/343', { method: 'PATCH', body: { name: 'Mumbai' } })).status).toBe(200);
      await choose('What was asked', checkbox.question);
      await choose('What was asked', 'Rating of a conversation');
      const names = page.locator('[aria-label="By channel"] tbody [role="rowheader"]');
      expect(await names.allInnerTexts()).toEqual(['Mumbai']);
      await names.getByRole('button').click();
      await settled();
      expect(new URL(lastRequest('analytics/summary')).searchParams.get('channel')).toBe('343');
    });

    it('draws a scale of its own length: 12 times the best of three are 100 % satisfied, 3 of 3', async () => {
      await choose('What was asked', 'rating 1–3');
      expect(await page.locator('.band-name .hint').allInnerTexts()).toEqual(['3', '2', '1']);
      expect(await values('.bands td:nth-of-type(1) data')).toEqual([12, 0, 0]);
      expect(await values('.bands .share-text')).toEqual([1, 0, 0]);
      expect(await page.locator('.meter-scale').innerText()).toMatch(/^1\s.*3$/s);
      const scores = await page.locator('.answers tbody tr').getByText('3 of 3', { exact: true }).count();
      expect(scores).toBe(12);
    });

    it('tells what is not counted by name from what is called other, and lets nobody choose it', async () => {
      await choose('What was asked', 'Odd places');
      const names = page.locator('[aria-label="By channel"] tbody [role="rowheader"]');
      expect((await names.allInnerTexts()).toSorted()).toEqual(['All others', 'other']);
      expect(await names.getByRole('button').allInnerTexts()).toEqual(['other']);
      expect(
        await page.getByRole('combobox', { name: 'Channel', exact: true }).locator('option').allInnerTexts(),
      ).toEqual(['All', 'other']);
    });

    it('says the bands and their change as the API corrects them, in the bands that are asked for', async () => {
      await choose('What was asked', 'Recommend');
      await choose('Bands', 'Kore.ai', '7 days');
      const { body: summary } = await answered('analytics/summary', 'bands=kore');
      expect(summary.bands.map(({ scores }: Answer['body']) => `${scores.low}–${scores.high}`)).toEqual(
        await page.locator('.band-name .hint').allInnerTexts(),
      );
      expect(await verdicts('.bands')).toEqual(summary.bands.map(({ change }: Part) => told(change)));
    });

    it('shows words, which have no score, as they were said', async () => {
      await choose('What was asked', 'words');
      await page.getByText('Words have no score').waitFor();
      const { body } = await answered('analytics/text');
      const said = await page.locator('.comments .words').allTextContents();
      expect(said).toEqual(body.data.map(({ comment }: { comment: string }) => comment));
      expect(said[0]).toContain('<b>Word 0</b>');
    });

    it('follows every filter, keeps them in the address, and goes back', async () => {
      await choose('What was asked', 'Recommend');
      const first = page.url();
      await choose('Score', 'Mean score');
      await choose('Bands', 'Kore.ai');
      await choose('Channel', 'rtm');
      await choose('Language', 'Chinese');
      await choose('Bot', 'Shop assistant');
      await choose('Time zone', 'Asia/Kabul');
      await choose('Interval', 'By hour', '7 days');
      const asked = new URL(lastRequest('analytics/summary')).searchParams;
      expect(Object.fromEntries(asked)).toMatchObject({
        source: 'survey',
        instrument: 'Recommend',
        scale: 'nps',
        metric: 'mean',
        bands: 'kore',
        channel: 'rtm',
        language: 'zh-CN',
        bot: expect.stringMatching(/^st-/),
        tz: 'Asia/Kabul',
      });
      expect(Date.parse(asked.get('to')!) - Date.parse(asked.get('from')!)).toBe(7 * 24 * hour);
      expect(lastRequest('analytics/timeline')).toContain('interval=hour');
      const { body: summary } = await answered('analytics/summary');
      expect(await values('.score .estimate')).toEqual([summary.estimate]);
      const list = await answered('feedback?');
      expect(list.body.data.length).toBe(summary.n);
      expect(await page.locator('.answers tbody tr').count()).toBe(summary.n);
      await page.reload();
      await settled();
      expect(await values('.score .estimate')).toEqual([summary.estimate]);
      for (let i = 0; i < 8; i++) await page.goBack();
      await settled();
      expect(page.url()).toBe(first);
      expect(await page.getByRole('combobox', { name: 'Channel', exact: true }).inputValue()).toBe('any');
    });

    it('shows a period of days, by the clock of the time zone', async () => {
      await choose('Time zone', 'America/New_York');
      await page.getByText('Custom').click();
      await page.getByLabel('From the day').fill('2026-03-01');
      await page.getByLabel('To the day').fill('2026-03-31');
      await page.getByRole('button', { name: 'Show these days' }).click();
      await page.getByText('No answers in this period').waitFor();
      const asked = new URL(lastRequest('analytics/summary')).searchParams;
      expect([asked.get('from'), asked.get('to')]).toEqual(['2026-03-01', '2026-04-01']);
      const { body } = await answered('analytics/summary');
      expect([body.from, body.to]).toEqual(['2026-03-01T05:00:00.000Z', '2026-04-01T04:00:00.000Z']);
    });

    it('shows a day that has no midnight from its first instant on', async () => {
      const type = 'positive';
      for (const createdAt of ['2018-11-04T02:59:59.999Z', '2018-11-04T03:00:00Z', '2018-11-05T01:59:59Z'])
        await send('/feedback', { type, messageId: 'm', createdAt });
      await visit('period=custom&first=2018-11-03&last=2018-11-04&tz=America%2FSao_Paulo');
      expect(await values('.score .n')).toEqual([3]);
      await page.getByText('As a table').click();
      const days = page.locator('.buckets tbody [role="rowheader"]');
      expect(await days.allInnerTexts()).toEqual(['Sat, 3 Nov 2018', 'Sun, 4 Nov 2018']);
      expect(await values('.buckets td:nth-of-type(1) data')).toEqual([1, 2]);
      await days.getByText('4 Nov').click();
      await settled();
      expect(await page.locator('.answers tbody tr').count()).toBe(2);
      await visit('period=custom&first=2018-11-04&last=2018-11-04&tz=America%2FSao_Paulo');
      expect(await values('.score .n')).toEqual([2]);
      expect(await page.locator('.answers tbody tr').count()).toBe(2);
    });

    it.each(['US/Pacific', 'europe/berlin', '+05:30'])('keeps the time zone %s that a link names', async (tz) => {
      await visit(new URLSearchParams({ tz }).toString());
      expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe(tz);
      expect(new URL(lastRequest('analytics/timeline')).searchParams.get('tz')).toBe(tz);
      expect(await page.locator('.score .n').count()).toBe(1);
    });

    it('shows the answers behind a piece of a bar, and all of them again', async () => {
      await choose('What was asked', 'Thumb on a message');
      const piece = page.locator('.piece.look-bad').last();
      const text = (await piece.getAttribute('aria-label'))!;
      await piece.click();
      await settled();
      const { body } = await answered('feedback?');
      expect(text).toContain(`: ${body.data.length} negative of`);
      expect(await page.locator('.answers tbody tr').count()).toBe(body.data.length);
      expect(body.data.every(({ score }: { score: number }) => score === 0)).toBe(true);
      expect(await page.locator('h2:focus').innerText()).toMatch(/^Answers: .+, negative$/);
      await page.getByRole('button', { name: 'Show all answers' }).click();
      await settled();
      expect(await page.locator('.answers tbody tr').count()).toBe(25);
      await page.getByRole('button', { name: 'Show more answers' }).click();
      await page.getByText('All 40 answers.').waitFor();
      expect(await page.locator('.answers tbody tr').count()).toBe(40);
    });

    it('shows who was not satisfied with what was done: a band of what was resolved', async () => {
      await choose('What was asked', 'Rating of a conversation');
      await choose('Score', 'Share resolved');
      await page.getByRole('button', { name: 'Unresolved', exact: true }).click();
      await settled();
      expect(await page.locator('.answers tbody tr').count()).toBe(1);
      expect(await page.locator('.answers tbody tr').innerText()).toContain('not resolved');
    });

    it('saves as CSV what the API exports', async () => {
      await choose('What was asked', 'Service');
      const saving = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download CSV' }).click();
      const download = await saving;
      expect(download.suggestedFilename()).toMatch(/^Service_.+Z\.csv$/);
      const saved = await readFile(await download.path(), 'utf8');
      const { body } = await answered('feedback/export');
      expect(saved).toBe(body);
      expect(saved.split('\r\n')).toHaveLength(1 + 12 + 1);
      await page.getByText(/^Saved [\d.]+ (bytes|kB)\.$/).waitFor();
    });

    it('fits the narrowest and the widest screen', async () => {
      for (const instrument of ['Recommend', 'Thumb on a message', 'choice', 'words']) {
        await choose('What was asked', instrument);
        for (const width of [320, 1440, 3840]) {
          await page.setViewportSize({ width, height: 900 });
          await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))');
          const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect([instrument, width, beyond]).toEqual([instrument, width, 0]);
        }
      }
    });

    it('says that the server is gone, and goes on when it is back', async () => {
      await context.setOffline(true);
      await page.getByText('7 days').click();
      await page.getByText('The server cannot be reached.').first().waitFor();
      expect(await page.locator('.score').count()).toBe(0);
      await context.setOffline(false);
      await page.getByRole('button', { name: 'Try again' }).first().click();
      await page.locator('.score .estimate').waitFor();
    });

    it('says when to come back after too many requests', async () => {
      await page.route('**/v1/analytics/summary*', (route) =>
        route.fulfill({ status: 429, headers: { 'retry-after': '12' }, json: {} }),
      );
      await page.getByText('7 days').click();
      await page.getByText('This key has made too many requests. Try again in 12 seconds.').waitFor();
    });

    it('shows that it waits, and gives up what is not wanted any more', async () => {
      const held = Promise.withResolvers<Route>();
      await page.route('**/v1/analytics/summary*', held.resolve, { times: 1 });
      await page.getByText('7 days').click();
      const late = await held.promise;
      await page.locator('.loading-line').waitFor();
      await page.getByText('90 days').click();
      await settled();
      const { body } = await answered('analytics/summary');
      await late.fulfill({ json: { ...body, n: body.n + 1 } });
      expect(await values('.score .n')).toEqual([body.n]);
    });
  });

  it('asks no other host for anything, breaks no rule of its policy, and has no error', () => {
    expect(requested.filter((url) => !url.startsWith(app.url) && !url.startsWith('blob:'))).toEqual([]);
    // The browser's own lines about answers that were to be refused.
    expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
  });
});

interface Part {
  count: number;
  share: number;
  change: Comparison;
}

interface Comparison {
  estimate: number | null;
  verdict: string;
}

/** What is shown of a comparison: a difference only where there is a verdict. */
function told({ estimate, verdict }: Comparison): (string | number | null)[] {
  return verdict === 'too few answers' ? [verdict, null] : [verdict, estimate];
}

/** The same, as a card shows it. */
function verdicts(card: string): Promise<(string | number | null)[][]> {
  return page.locator(`${card} .verdict`).evaluateAll((all) =>
    all.map((one) => {
      const [, verdict] = /verdict-(\S+)/.exec(one.className)!;
      const value = one.querySelector('data')?.getAttribute('value');
      return [verdict!.replaceAll('-', ' '), value === undefined || value === null ? null : Number(value)];
    }),
  );
}

/** Every number in an answer, in each of the ways in which the page may write it, without its sign. */
function spellings(answer: unknown): Set<string> {
  if (typeof answer === 'object' && answer !== null)
    return new Set(Object.values(answer).flatMap((part) => [...spellings(part)]));
  if (typeof answer !== 'number') return new Set();
  const written = (value: number, digits: number, least = digits) =>
    new Intl.NumberFormat('en-GB', { maximumFractionDigits: digits, minimumFractionDigits: least }).format(value);
  const size = Math.abs(answer);
  return new Set([
    ...[0, 1, 2].map((digits) => written(size, digits)),
    written(100 * size, 1),
    written(100 * size, 1, 0),
  ]);
}

/** Every number in what the cards say of scores, without its sign; those in the names of periods are none of them. */
async function numbersShown(): Promise<string[]> {
  const texts = await page
    .locator('.score p, .bands :is(td, .band-name .hint), .breakdown td, .buckets td')
    .allInnerTexts();
  expect(texts.length).toBeGreaterThan(10);
  return texts.flatMap((text) => text.replaceAll(/\d+ (days|hours) before/g, '').match(/\d[\d,]*(\.\d+)?/g) ?? []);
}

function launch(env?: NodeJS.ProcessEnv): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath!,
    args: ['--no-sandbox'],
    env: env as Record<string, string>,
  });
}

/** A new tab, in a browser that knows nothing yet. */
async function open(of = browser, timezoneId = 'Europe/Berlin'): Promise<void> {
  await context?.close();
  context = await of.newContext({ viewport: size, ...(timezoneId && { timezoneId }) });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${app.url}/dashboard`);
}

/** The first view again, in the window as it was opened, online, with the key that the tab keeps. */
async function back(): Promise<void> {
  await page.unrouteAll();
  await context.setOffline(false);
  await page.setViewportSize(size);
  await page.goto(`${app.url}/dashboard`);
  await settled();
}

/** Another view, as a link names it. */
async function visit(fragment: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${app.url}/dashboard#source=message&instrument=message&scale=thumb&${fragment}`);
  await settled();
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

/** Chooses the option whose text contains `text`, after a period if one is named. */
async function choose(label: string, text: string, period?: string): Promise<void> {
  if (period) await page.getByText(period).click();
  await settled();
  const select = page.getByRole('combobox', { name: label, exact: true });
  const option = select.locator('option', { hasText: text }).first();
  await select.selectOption(await option.evaluate((one: unknown) => (one as { value: string }).value));
  await settled();
}

/** Goes on with the Tab key until it is on an element that fits. */
async function tabTo(selector: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    if (await page.locator(`${selector}:focus`).count()) return;
  }
  throw new Error(`the Tab key does not lead to ${selector}`);
}

/** The last request that the page made for something. */
function lastRequest(path: string, more = ''): string {
  return requested.findLast((url) => url.startsWith(`${app.url}/v1/${path}`) && url.includes(more))!;
}

/** What the API answers to it. */
function answered(path: string, more = ''): Promise<Answer> {
  return call(app, lastRequest(path, more).slice(app.url.length));
}

/** The exact numbers behind what is shown. */
function values(selector: string): Promise<number[]> {
  return page.locator(selector).evaluateAll((all) => all.map((one) => Number(one.getAttribute('value'))));
}

/** What axe-core finds serious or critical, and where. Of what it finds in order it collects no list, which takes long. */
async function violations(): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    return (await run({ resultTypes: ['violations'] })).violations;
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
