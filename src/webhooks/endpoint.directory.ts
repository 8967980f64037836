import { PeriodicWork } from '#libs/background';
import type { Transaction } from '#libs/persistence';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { SecretSeal } from '../workspaces/secret-seal.js';
import { WebhookEndpoint } from './endpoint.entity.js';

/** Milliseconds between two questions whether an endpoint has changed. */
const pause = 250;
/** Milliseconds for which the last answer is trusted. */
const trust = 600;

/**
 * Knows the endpoints of all workspaces, from memory. It asks four times a second whether one has changed, instead of
 * waiting to be told: a process that cannot be told, because its connection is lost or goes through a pooler, would not
 * know that it has missed something. What it has not been able to ask for 0.6 s it does not claim to know, so an event is
 * missed in no process: whoever writes then looks into the database.
 */
@Injectable()
export class EndpointDirectory extends PeriodicWork {
  private byWorkspace = new Map<string, WebhookEndpoint[]>();
  private byId = new Map<string, WebhookEndpoint>();
  private mark = '';
  private checkedAt = -Infinity;
  private looking: Promise<void> = Promise.resolve();
  private readonly opened = new Map<string, string>();

  constructor(
    private readonly em: EntityManager,
    private readonly seal: SecretSeal,
  ) {
    super(pause, 0);
  }

  /** Whether a workspace has endpoints; true where that is not known. */
  mayHave(workspaceId: string): boolean {
    return !this.isCurrent || this.byWorkspace.has(workspaceId);
  }

  /** The endpoints of a workspace, disabled ones too. */
  async of({ em }: Transaction, workspaceId: string): Promise<WebhookEndpoint[]> {
    if (this.isCurrent) return this.byWorkspace.get(workspaceId) ?? [];
    return em.find(WebhookEndpoint, { workspaceId });
  }

  /** Those to which messages may be sent, as they were a moment ago. */
  get enabled(): WebhookEndpoint[] {
    return [...this.byId.values()].filter(({ enabled }) => enabled);
  }

  known(id: string): WebhookEndpoint | undefined {
    return this.byId.get(id);
  }

  /**
   * The secrets that sign at `now`, newest first.
   * @throws ServiceUnavailable without the key that they were sealed with
   */
  secretsOf({ id, sealedSecret, previousSealedSecret, previousUntil }: WebhookEndpoint, now: Date): string[] {
    const isInGrace = previousUntil !== null && now < previousUntil;
    const sealed = [sealedSecret, isInGrace ? previousSealedSecret : null].filter((one) => one !== null);
    return sealed.map((one) => this.open(one, id));
  }

  private open(sealed: string, id: string): string {
    const known = this.opened.get(sealed);
    if (known !== undefined) return known;
    const secret = this.seal.open(sealed, id);
    this.opened.set(sealed, secret);
    return secret;
  }

  private get isCurrent(): boolean {
    return performance.now() - this.checkedAt < trust;
  }

  protected override async round(): Promise<void> {
    await this.refresh();
  }

  /** Knows of every change that was committed before the call. */
  refresh(): Promise<void> {
    // One after the other: an earlier look would replace what a later one has seen.
    this.looking = this.looking.catch(() => undefined).then(() => this.look());
    return this.looking;
  }

  /** Reads the endpoints if one has changed. */
  private async look(): Promise<void> {
    const began = performance.now();
    const em = this.em.fork();
    const { rows } = await sql<{ mark: string }>`
      select count(*) || ':' || coalesce(sum(revision), 0) as mark from webhook_endpoint`.execute(em.getKysely());
    const { mark } = rows[0]!;
    if (mark !== this.mark) {
      const all = await em.find(WebhookEndpoint, {});
      this.byWorkspace = Map.groupBy(all, ({ workspaceId }) => workspaceId);
      this.byId = new Map(all.map((endpoint) => [endpoint.id, endpoint]));
      this.mark = mark;
      this.opened.clear();
    }
    this.checkedAt = began;
  }
}
