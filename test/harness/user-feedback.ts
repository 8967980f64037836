import { expect } from '@jest/globals';
import type { Answer, Reachable } from './app.js';
import type { Client } from './access.tokens.js';
import { callAs } from './clients.js';

export const userPath = '/v1.0/user/';
export const messagePath = '/v1.0/log_message_from_user/';
export const feedbackPath = '/v1.0/log_feedback_from_user/';

let people = 0;

/** Registers somebody new and opens their conversation with each of `businesses`. */
export async function newcomer(client: Client, app: Reachable, ...businesses: number[]): Promise<string> {
  const authId = `newcomer-${++people}`;
  await introduce(client, app, authId, ...businesses);
  return authId;
}

export async function introduce(client: Client, app: Reachable, authId: string, ...businesses: number[]) {
  const registered = await callAs(client, app, userPath, { body: { auth_id: authId } });
  expect(registered.status).toBe(200);
  for (const business of businesses) expect((await speak(client, app, authId, business)).status).toBe(200);
}

export function speak(client: Client, app: Reachable, authId: string, business: number): Promise<Answer> {
  const body = { user: { auth_id: authId }, message_body: 'hi', message_type: 0, business_id: business };
  return callAs(client, app, messagePath, { body });
}

export function feedbackOf(authId: string, more: object = {}) {
  return { auth_id: authId, business_id: 343, query_resolved: true, query_rating: 5, ...more };
}

/** Gives feedback, valid unless `more` says otherwise. */
export function rate(client: Client, app: Reachable, authId: string, more: object = {}): Promise<Answer> {
  return callAs(client, app, feedbackPath, { body: feedbackOf(authId, more) });
}

export const duplicates = 50;

/** Sends the same feedback through both servers at once, {@link duplicates} times, from somebody who may give it. */
export async function race(
  client: Client,
  servers: readonly [Reachable, Reachable],
  meanwhile: () => unknown = () => undefined,
): Promise<{ authId: string; answers: Answer[] }> {
  const authId = await newcomer(client, servers[0], 343);
  const sent = Array.from({ length: duplicates }, (_, index) => rate(client, servers[index % 2]!, authId));
  await meanwhile();
  return { authId, answers: await Promise.all(sent) };
}

/** Exactly one is accepted, and all others are told when they may come again. */
export function expectOneAccepted(round: number, answers: Answer[]): void {
  expect({ round, ...tally(answers) }).toEqual({ round, 201: 1, 409: duplicates - 1 });
  const retryAfter = answers.flatMap(({ headers }) => headers.get('retry-after') ?? []);
  expect(new Set(retryAfter)).toEqual(new Set(['3600']));
}

/** How often each status was answered. */
export function tally(answers: Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
