import { randomBytes } from 'node:crypto';
import type { Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { OutgoingRefused } from '#libs/outgoing';
import { behind, newestFirst, positionOf, type Transaction, Transactions } from '#libs/persistence';
import { InvalidInput, NotFound } from '#libs/problem-details';
import { pageOf, timedPositionIn } from '#libs/validation';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { locks } from '../locks.js';
import { SecretSeal } from '../workspaces/secret-seal.js';
import type { PingDto } from './deliveries.dto.js';
import { EndpointDirectory } from './endpoint.directory.js';
import { newRevision, WebhookEndpoint } from './endpoint.entity.js';
import { Messenger } from './messenger.js';
import type {
  ChangeWebhook,
  CreateWebhook,
  RotateWebhook,
  WebhookDto,
  WebhookPage,
  WebhooksQuery,
  WebhookWithSecretDto,
} from './webhooks.dto.js';
import { TooManyWebhooks } from './webhooks.problems.js';

/** Endpoints of a workspace. */
const mostEndpoints = 20;
/** Milliseconds in which a new URL is resolved: where that takes longer it is taken, and checked at each attempt. */
const resolving = 1_000;
/** Milliseconds that a ping in an enclosing transaction may take, because the transaction holds a connection. */
const enclosedPing = 4_000;
/** Characters of an answer to a ping that are shown. */
const shownOfAnswer = 1_024;

/** The endpoints of a workspace. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly seal: SecretSeal,
    private readonly directory: EndpointDirectory,
    private readonly messenger: Messenger,
  ) {}

  /** @throws InvalidInput, TooManyWebhooks, NoEncryptionKey */
  async create({ workspaceId }: Principal, wanted: CreateWebhook): Promise<WebhookWithSecretDto> {
    await this.refuseInward(wanted.url);
    const id = newUuid();
    const secret = newSecret();
    const sealedSecret = this.seal.seal(secret, id);
    const { url, description = null, events, filter = null, format } = wanted;
    return this.changing(async ({ em, db, now }) => {
      await locks.webhooks(workspaceId).take(db);
      if ((await em.count(WebhookEndpoint, { workspaceId })) >= mostEndpoints) throw new TooManyWebhooks(mostEndpoints);
      const made = { workspaceId, id, url, description, events, filter, format: format ?? 'standard', sealedSecret };
      const endpoint = em.create(WebhookEndpoint, {
        ...untried,
        ...made,
        revision: newRevision(),
        createdAt: now,
        updatedAt: now,
      });
      return { ...toDto(endpoint, 0), secret };
    });
  }

  async list({ workspaceId }: Principal, { limit, cursor }: WebhooksQuery): Promise<WebhookPage> {
    const em = this.em.fork();
    const wanted = { workspaceId, ...behind(timedPositionIn('webhooks', cursor, isUuid)) };
    const rows = await em.find(WebhookEndpoint, wanted, { orderBy: newestFirst, limit: limit + 1 });
    const waiting = await waitingOf(em, workspaceId);
    return pageOf(
      'webhooks',
      rows.map((row) => toDto(row, waiting.get(row.id) ?? 0)),
      limit,
      positionOf,
    );
  }

  /** @throws NotFound */
  async get({ workspaceId }: Principal, id: string): Promise<WebhookDto> {
    const em = this.em.fork();
    const endpoint = await foundEndpoint(em, workspaceId, id);
    return toDto(endpoint, (await waitingOf(em, workspaceId)).get(id) ?? 0);
  }

  /** @throws NotFound, InvalidInput */
  async change({ workspaceId }: Principal, id: string, changes: ChangeWebhook): Promise<WebhookDto> {
    const { enabled, url, ...rest } = changes;
    if (url !== undefined) await this.refuseInward(url);
    const changed = await this.changing(async ({ em, now }) => {
      const endpoint = await foundEndpoint(em, workspaceId, id);
      em.assign(endpoint, { ...rest, ...(url !== undefined && { url }) });
      if (enabled === true) endpoint.enable();
      else if (enabled === false && endpoint.enabled) endpoint.disable('asked', now);
      endpoint.changed(now);
      return endpoint;
    });
    return toDto(changed, (await waitingOf(this.em.fork(), workspaceId)).get(id) ?? 0);
  }

  /** Its deliveries follow in the background. @throws NotFound */
  async remove({ workspaceId }: Principal, id: string): Promise<void> {
    await this.changing(async ({ em }) => void em.remove(await foundEndpoint(em, workspaceId, id)));
  }

  /**
   * Gives an endpoint a new secret. Messages are signed with the old one too for the grace period.
   * @throws NotFound, NoEncryptionKey
   */
  async rotate({ workspaceId }: Principal, id: string, { gracePeriod }: RotateWebhook): Promise<WebhookWithSecretDto> {
    const secret = newSecret();
    return this.changing(async ({ em, now }) => {
      const endpoint = await foundEndpoint(em, workspaceId, id);
      endpoint.rotate(this.seal.seal(secret, id), new Date(now.getTime() + (gracePeriod ?? 86_400) * 1_000));
      endpoint.changed(now);
      return { ...toDto(endpoint, (await waitingOf(em, workspaceId)).get(id) ?? 0), secret };
    });
  }

  /** Sends a message that says nothing, to an endpoint that is disabled as well. @throws NotFound */
  async ping({ workspaceId }: Principal, id: string): Promise<PingDto> {
    const endpoint = await foundEndpoint(this.em.fork(), workspaceId, id);
    const at = new Date();
    const told = { id: newUuid(), type: 'ping', happenedAt: at, data: '{}', truncated: null };
    const timeout = this.transactions.current ? enclosedPing : undefined;
    const { status, error, durationMs, body } = await this.messenger.send(endpoint, told, { timeout });
    return { at, durationMs, status, error, body: body.slice(0, shownOfAnswer).toWellFormed() };
  }

  /** Before the request is answered this process knows of the change; the others do within 0.3 s. */
  private async changing<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    let known: Promise<void> | undefined;
    const result = await this.transactions.run(async (transaction) => {
      transaction.afterCommit.push(() => (known = this.directory.refresh().catch(() => undefined)));
      return work(transaction);
    });
    await known;
    return result;
  }

  /** @throws InvalidInput where it names or now resolves to an address that is refused */
  private async refuseInward(text: string): Promise<void> {
    try {
      await this.messenger.destinations.check(text, resolving);
    } catch (error) {
      if (!(error instanceof OutgoingRefused)) throw error;
      throw new InvalidInput([{ pointer: '/url', detail: `url ${error.message}` }]);
    }
  }
}

const untried = {
  previousSealedSecret: null,
  previousUntil: null,
  enabled: true,
  disabledReason: null,
  disabledAt: null,
  failingSince: null,
};

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** @throws NotFound */
export async function foundEndpoint(em: EntityManager, workspaceId: string, id: string): Promise<WebhookEndpoint> {
  const endpoint = isUuid(id) ? await em.findOne(WebhookEndpoint, { workspaceId, id }) : null;
  if (!endpoint) throw new NotFound('there is no such webhook');
  return endpoint;
}

/** How many deliveries wait, by endpoint. */
async function waitingOf(em: EntityManager, workspaceId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; waiting: number }>`
    select endpoint_id as id, count(*)::float8 as waiting from webhook_delivery
    where workspace_id = ${workspaceId} and outcome = 'pending' group by 1`.execute(em.getKysely());
  return new Map(rows.map(({ id, waiting }) => [id, waiting]));
}

function toDto(endpoint: WebhookEndpoint, waiting: number): WebhookDto {
  const { id, url, description, events, filter, format, enabled, disabledReason, disabledAt } = endpoint;
  const { failingSince, previousUntil, createdAt, updatedAt } = endpoint;
  return {
    id,
    url,
    description,
    events,
    filter,
    format,
    enabled,
    disabledReason,
    disabledAt,
    failingSince,
    waiting,
    previousUntil,
    createdAt,
    updatedAt,
  };
}
