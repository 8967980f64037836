import type { Allowed } from '#libs/outgoing';

export interface WebhookOptions {
  /** Where messages may go although it is not public. */
  allowed: Allowed;
  /** Milliseconds for which deliveries are kept. */
  retention: number;
  /** Where people find the page; undefined where that is not known. */
  pageUrl: string | undefined;
}
export const WebhookOptions = Symbol('WebhookOptions');
