import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

const { version } = JSON.parse(readFileSync(findPackageJSON(import.meta.url)!, 'utf8')) as { version: string };

/** What an event says, as it is kept: `data` is JSON as it was written. */
export interface Told {
  id: string;
  type: string;
  happenedAt: Date;
  data: string;
  /** JSON pointers to texts of `data` that were cut. */
  truncated: string[] | null;
}

/** `webhook-id`: the same for every attempt and every replay of an event. */
export function messageIdOf(eventId: string): string {
  return `evt_${eventId.replaceAll('-', '')}`;
}

/** The id of the event that a caller names; null where it can be none. */
export function eventIdIn(text: string): string | null {
  const [, hex] = /^evt_([0-9a-f]{32})$/.exec(text) ?? [];
  return hex ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : null;
}

/** The body of a message in the standard format. */
export function standardBody({ type, happenedAt, data, truncated }: Told): string {
  const cut = truncated ? `,"truncated":${JSON.stringify(truncated)}` : '';
  return `{"type":${JSON.stringify(type)},"timestamp":"${happenedAt.toISOString()}","data":${data}${cut}}`;
}

const always = { 'content-type': 'application/json', 'user-agent': `Afterword/${version}` };

/**
 * The header fields of Standard Webhooks 1.0.
 * @param secrets as they are shown, newest first; each makes a signature
 * @param at epoch milliseconds
 */
export function signedHeaders(messageId: string, body: string, secrets: string[], at: number): Record<string, string> {
  const seconds = Math.floor(at / 1_000);
  const signed = `${messageId}.${seconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`,
  );
  return {
    ...always,
    'webhook-id': messageId,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}

/** Those of a format that knows no signature. */
export const unsignedHeaders: Record<string, string> = always;

/** The bytes of a secret. */
export function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

/** Names somebody who was erased to those only who know the name and the secret. */
export function pseudonymOf(respondent: string, secret: string): string {
  return createHmac('sha256', keyOf(secret)).update(respondent.normalize('NFC')).digest('hex');
}
