import { newApiKey } from '#libs/access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, startApp, type TestApp } from '../harness/app.js';

let app: TestApp;

beforeAll(async () => {
  app = await startApp({ RATE_LIMIT: 600, TRUST_PROXY: 'loopback' });
});

afterAll(() => app.close());

/** The answers to 61 wrong keys, one more than an address may send. */
async function guesses(headersOf: (guess: number) => Record<string, string>): Promise<number[]> {
  const statuses: number[] = [];
  for (let guess = 0; guess < 61; guess++) {
    const { status } = await call(app, '/v1/feedback', { key: newApiKey(), headers: headersOf(guess) });
    statuses.push(status);
  }
  return statuses;
}

const onlyTheLastIsLimited = [...Array<number>(60).fill(401), 429];

describe('behind a proxy', () => {
  it.each([
    ['an address with the port of each connection', (port: number) => `203.0.113.9:${port}`],
    ['an IPv6 address with the port of each connection', (port: number) => `[2001:db8:1::${port % 10}]:${port}`],
    ['an IPv6 address in brackets', (port: number) => `[2001:db8:2::${port % 10}]`],
    [
      'an address behind a trusted one with its port',
      (port: number) => `198.51.100.${port % 200}, 203.0.113.10, 127.0.0.1:${port}`,
    ],
    [
      'an address that is written with its port at times',
      (port: number) => `203.0.113.11${port % 2 ? `:${port}` : ''}`,
    ],
  ])('wrong keys count against %s', async (_, forwardedFor) => {
    const statuses = await guesses((guess) => ({ 'x-forwarded-for': forwardedFor(40_000 + guess) }));
    expect(statuses).toEqual(onlyTheLastIsLimited);
  });

  it('Forwarded is not read', async () => {
    const statuses = await guesses((guess) => ({ forwarded: `for=203.0.113.${guess}` }));
    expect(statuses).toEqual(onlyTheLastIsLimited);
  });
});
