import type { BackgroundWork } from '#libs/background';
import type { OutgoingAnswer } from '#libs/outgoing';
import { Injectable, Logger } from '@nestjs/common';
import { Bell } from './bell.js';
import { type Claimed, Deliveries, type Settled } from './deliveries.js';
import { EndpointDirectory } from './endpoint.directory.js';
import type { WebhookEndpoint } from './endpoint.entity.js';
import { Messenger } from './messenger.js';
import { Places } from './places.js';
import { delayAfter, waitWanted } from './schedule.js';
import { Settlements } from './settlements.js';
import { WebhookMetrics } from './webhook.metrics.js';

/** Milliseconds between two looks for what has fallen due, or was written by another process. */
const pause = 500;
/** Milliseconds from an event to its first attempt, in which others may come to be claimed with it. */
const gathering = 10;
/** Milliseconds that attempts under way have when the server stops. */
const grace = 2_000;

/** Why an attempt does not count. */
class NotCounted extends Error {}

/**
 * Delivers what is due, in every process; replicas share the work. An attempt that ends makes place for the next one to the
 * same endpoint at once, if there was more than there were places; besides it looks twice a second. What a process had
 * claimed when it died falls due again half a minute later.
 */
@Injectable()
export class WebhookSender implements BackgroundWork {
  private readonly logger = new Logger(WebhookSender.name);
  private readonly places = new Places();
  private readonly inFlight = new Map<Claimed, AbortController>();
  /** The workspaces and endpoints that may have something due; null: all. */
  private wanted: Set<string> | null = new Set();
  private looking: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private poll: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isStopping = false;

  constructor(
    private readonly directory: EndpointDirectory,
    private readonly deliveries: Deliveries,
    private readonly messenger: Messenger,
    private readonly settlements: Settlements,
    private readonly metrics: WebhookMetrics,
    bell: Bell,
  ) {
    bell.onRing((workspaceId) => this.look(workspaceId));
  }

  start(): void {
    this.poll = setInterval(() => {
      this.wanted = null;
      this.lookSoon(0);
    }, pause).unref();
  }

  /** Begins nothing more. What is under way has two seconds; what is not answered by then will be sent again. */
  async stop(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.poll);
    clearTimeout(this.timer);
    await this.looking;
    const cut = setTimeout(() => {
      for (const controller of this.inFlight.values()) controller.abort(new NotCounted('the server is stopping'));
    }, grace);
    while (this.inFlight.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    clearTimeout(cut);
    await this.settlements.done();
    await this.messenger.close();
  }

  /** Soon looks for what is due to an endpoint, or to all of a workspace. */
  look(id: string): void {
    this.wanted?.add(id);
    this.lookSoon(gathering);
  }

  private lookSoon(milliseconds: number): void {
    if (this.isStopping || this.poll === undefined || this.timer || this.looking) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.looking = this.claimAndSend().finally(() => {
        this.looking = undefined;
        if (this.wanted === null || this.wanted.size > 0) this.lookSoon(0);
      });
    }, milliseconds).unref();
  }

  private async claimAndSend(): Promise<void> {
    const { wanted } = this;
    this.wanted = new Set();
    try {
      if (wanted === null) await this.breakOffErased();
      const { enabled } = this.directory;
      const sought = wanted
        ? enabled.filter(({ workspaceId, id }) => wanted.has(workspaceId) || wanted.has(id))
        : enabled;
      const free = this.places.free(shuffled(sought));
      if (free.length === 0) return;
      const claims = await this.deliveries.claim(free);
      const counts = Map.groupBy(claims, ({ endpointId }) => endpointId);
      // Where every place was filled there may be more.
      const full = new Set(
        free
          .filter(({ endpoint, places }) => counts.get(endpoint.id)?.length === places)
          .map(({ endpoint }) => endpoint.id),
      );
      for (const claimed of claims) void this.deliver(claimed, full.has(claimed.endpointId));
      this.isFailing = false;
    } catch (err) {
      if (!this.isFailing) this.logger.warn({ err }, 'what is due is not known, and looked for again');
      this.isFailing = true;
    }
  }

  private async breakOffErased(): Promise<void> {
    this.places.keepOnly((id) => this.directory.known(id) !== undefined);
    const erased = await this.deliveries.erased([...this.inFlight.keys()]);
    for (const claimed of erased) this.inFlight.get(claimed)?.abort(new NotCounted('its content was erased'));
  }

  private async deliver(claimed: Claimed, mayHaveMore: boolean): Promise<void> {
    const leave = this.places.take(claimed.workspaceId, claimed.endpointId);
    const breakingOff = new AbortController();
    this.inFlight.set(claimed, breakingOff);
    const settled = await this.attempt(claimed, breakingOff.signal);
    this.inFlight.delete(claimed);
    leave(settled.attempt !== null && settled.attempt.status !== null);
    this.settlements.add(settled);
    if (mayHaveMore) this.look(claimed.endpointId);
  }

  private async attempt(claimed: Claimed, signal: AbortSignal): Promise<Settled> {
    const endpoint = this.directory.known(claimed.endpointId);
    if (!claimed.event) return { claimed, attempt: null, outcome: 'skipped', delay: null };
    if (!endpoint?.enabled) return { claimed, attempt: null, outcome: 'pending', delay: 0 };
    const answer = await this.messenger.send(endpoint, claimed.event, { turn: claimed.tries, signal });
    if (signal.reason instanceof NotCounted && answer.status === null)
      return { claimed, attempt: null, outcome: 'pending', delay: 0 };
    const settled = settledBy(claimed, answer);
    this.metrics.attempts.inc({ outcome: settled.outcome === 'delivered' ? 'delivered' : 'failed' });
    return settled;
  }
}

/** What an answer means. */
export function settledBy(claimed: Claimed, { status, error, durationMs, retryAfter }: OutgoingAnswer): Settled {
  const at = new Date(claimed.now).toISOString();
  const attempt = { at, durationMs, status, error };
  if (status !== null && status >= 200 && status < 300) return { claimed, attempt, outcome: 'delivered', delay: null };
  const delay = delayAfter(claimed.tries + 1, Math.random());
  if (delay === null) return { claimed, attempt, outcome: 'failed', delay };
  const wanted = waitWanted(status, retryAfter, claimed.now) ?? 0;
  return { claimed, attempt, outcome: 'pending', delay: Math.max(delay, wanted) };
}

function shuffled(endpoints: WebhookEndpoint[]): WebhookEndpoint[] {
  return endpoints
    .map((endpoint) => ({ endpoint, at: Math.random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ endpoint }) => endpoint);
}
