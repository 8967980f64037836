import { randomBytes, randomUUID } from 'node:crypto';
import { hashOf, mayDo, newApiKey, originOf, type Principal } from '#libs/access';
import { newUuid } from '#libs/ids';
import { pageOf, parseInstant, timedPositionIn } from '#libs/validation';
import {
  behind,
  firstWithin,
  isForeignKeyViolation,
  isUniqueViolation,
  newestFirst,
  positionOf,
  ReadingTurns,
  Transactions,
} from '#libs/persistence';
import { Forbidden, InvalidInput, NotFound } from '#libs/problem-details';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { locks } from '../locks.js';
import { faultOfBroughtSecret } from './brought-secret.js';
import { CachedCredentialDirectory } from './credential.directory.js';
import { Credential } from './credential.entity.js';
import {
  CreateCredential,
  CredentialDto,
  CredentialPage,
  CredentialsQuery,
  CredentialWithSecretDto,
  defaultGracePeriod,
  RotateCredential,
} from './credentials.dto.js';
import { refuseBeyond } from './rights.js';
import { scopes } from './scopes.js';
import { SecretSeal } from './secret-seal.js';
import { defaultWorkspaceId } from './workspace.entity.js';
import { CredentialInUse } from './workspaces.problems.js';
import { WorkspacesService } from './workspaces.service.js';

/** What a page of credentials may hold in names of bots: each may name a thousand. */
const pageBytes = 4_194_304;
const sized = { table: 'credential', idType: 'uuid', size: sql`coalesce(octet_length(bots::text), 0)` } as const;

/** Makes, lists, rotates and revokes the credentials of a workspace. */
@Injectable()
export class CredentialsService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    private readonly workspaces: WorkspacesService,
    private readonly directory: CachedCredentialDirectory,
    private readonly seal: SecretSeal,
    private readonly turns: ReadingTurns,
  ) {}

  /**
   * Makes a credential that can do no more than its maker. Its key or secret is in the answer and nowhere else.
   * @throws InvalidInput, Forbidden, BeyondItsMaker, CredentialInUse, NoEncryptionKey
   */
  async create(maker: Principal, wanted: CreateCredential): Promise<CredentialWithSecretDto> {
    const workspaceId = await this.workspaceFor(maker, wanted.workspace ?? null);
    await refuseFaults(wanted);
    const { name, type, bots = null, backdating } = wanted;
    const origins = wanted.origins ? [...new Set(wanted.origins.map((origin) => originOf(origin)!))] : null;
    const expiresAt = wanted.expiresAt ? parseInstant(wanted.expiresAt) : null;
    const rights = { scopes: wanted.scopes, bots, origins, expiresAt };
    const id = newUuid();
    const secret = wanted.secret ?? newSecret(type);
    const kept = this.toKeep(type, id, secret);
    if (kept.keyHash && this.directory.isAdministrator(kept.keyHash)) throw new CredentialInUse();
    const clientId = type === 'client' ? (wanted.clientId ?? `cs-${randomUUID()}`) : null;
    try {
      return await this.transactions.run(async ({ em, db, now }) => {
        if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'must lie in the future');
        refuseBeyond(maker, await expiryOf(em, maker), rights);
        await locks.apiKeys.take(db);
        if (kept.keyHash && (await em.count(Credential, { previousKeyHash: kept.keyHash })) > 0)
          throw new CredentialInUse();
        if (kept.sealedSecret) await this.refuseOtherKey(em);
        const made = { ...unused, ...kept, ...rights, id, workspaceId, name, type, clientId, createdAt: now };
        if (typeof backdating === 'string') made.backdating = backdating;
        return withSecret(em.create(Credential, made), secret);
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new CredentialInUse();
      // The workspace was deleted meanwhile.
      if (isForeignKeyViolation(error)) throw noSuchWorkspace();
      throw error;
    }
  }

  private async workspaceFor(maker: Principal, named: string | null): Promise<string> {
    if (named === null) return maker.workspaceId;
    if (!mayDo(maker, 'instance')) throw new Forbidden('workspace needs a credential with the scope instance');
    const workspace = await this.workspaces.named(named);
    if (!workspace) throw noSuchWorkspace();
    return workspace.id;
  }

  /**
   * No secret is sealed with a second key: whoever has one of them could not verify all clients.
   * @throws ServiceUnavailable
   */
  private async refuseOtherKey(em: EntityManager): Promise<void> {
    const last = await em.findOne(Credential, { type: 'client' }, { orderBy: newestFirst });
    if (last) this.seal.open(last.sealedSecret!, last.id);
  }

  private toKeep(type: Credential['type'], id: string, secret: string): Pick<Credential, 'keyHash' | 'sealedSecret'> {
    return type === 'api-key'
      ? { keyHash: hashOf(secret), sealedSecret: null }
      : { keyHash: null, sealedSecret: this.seal.seal(secret, id) };
  }

  /**
   * The credentials of the caller's workspace, newest first. Where they name many bots, fewer than `limit`. Who is limited to
   * bots sees those that are limited to some of them.
   */
  async list(caller: Principal, { limit, cursor }: CredentialsQuery): Promise<CredentialPage> {
    const { workspaceId } = caller;
    const wanted = { $and: [visibleTo(caller), behind(timedPositionIn('credentials', cursor, isUuid))] };
    const page = { fields: ['id'], orderBy: newestFirst, limit: limit + 1 } as const;
    return this.turns.take(workspaceId, async () => {
      const em = this.em.fork();
      const ids = (await em.find(Credential, wanted, page)).map(({ id }) => id);
      const first = await firstWithin(em.getKysely(), sized, workspaceId, ids.slice(0, limit), pageBytes);
      const found = await this.em.fork().find(Credential, { id: { $in: first } }, { orderBy: newestFirst });
      const hasNext = found.length > 0 && found.at(-1)!.id !== ids.at(-1);
      // The one in excess that tells of a next page is not at hand.
      const rows = (hasNext ? [...found, found[0]!] : found).map(toDto);
      return pageOf('credentials', rows, found.length, positionOf);
    });
  }

  /** @throws NotFound */
  async get(caller: Principal, id: string): Promise<CredentialDto> {
    return toDto(await found(this.em.fork(), caller, id));
  }

  /**
   * Takes a credential away: it is refused here at once and on every replica within a second.
   * @throws NotFound, BeyondItsMaker if it can do more than the caller
   */
  async revoke(caller: Principal, id: string): Promise<void> {
    await this.transactions.run(async ({ em }) => {
      const credential = await found(em, caller, id);
      refuseBeyond(caller, null, credential);
      em.remove(credential);
    });
    this.directory.forget(id);
  }

  /**
   * Gives a credential a new key or secret. The old one stays valid for the grace period; one that was still valid from
   * an earlier rotation ends now.
   * @throws NotFound, BeyondItsMaker, NoEncryptionKey
   */
  async rotate(caller: Principal, id: string, { gracePeriod }: RotateCredential): Promise<CredentialWithSecretDto> {
    return this.transactions.run(async ({ em, db, now, afterCommit }) => {
      await locks.apiKeys.take(db);
      const credential = await found(em, caller, id);
      refuseBeyond(caller, await expiryOf(em, caller), credential);
      if (credential.sealedSecret) await this.refuseOtherKey(em);
      const secret = newSecret(credential.type);
      const graceUntil = new Date(now.getTime() + (gracePeriod ?? defaultGracePeriod) * 1000);
      credential.rotate(this.toKeep(credential.type, id, secret), graceUntil);
      afterCommit.push(() => this.directory.forget(id));
      return withSecret(credential, secret);
    });
  }

  /**
   * Where nobody administers the instance: makes the key of whoever does. It is kept nowhere.
   * @param handOver is called before the key is stored; if it fails, no key is stored. The function that it returns is
   * called when the key is valid.
   */
  async makeFirstKey(handOver: (key: string) => Promise<() => void>): Promise<void> {
    const em = this.em.fork();
    const has = (await em.count(Credential, { scopes: { $contains: ['instance'] } })) > 0;
    if (has || this.directory.hasAdministrator) return;
    const key = newApiKey();
    const rights = { scopes: [...scopes], bots: null, origins: null, expiresAt: null };
    const kept = this.toKeep('api-key', '', key);
    const named = { id: newUuid(), workspaceId: defaultWorkspaceId, name: 'administrator', type: 'api-key' as const };
    em.create(Credential, { ...unused, ...kept, ...rights, ...named, clientId: null, createdAt: new Date() });
    const say = await handOver(key);
    await em.flush();
    say();
  }
}

const unused = {
  backdating: 'P7D',
  previousKeyHash: null,
  previousSealedSecret: null,
  previousUntil: null,
  lastUsedAt: null,
};

async function refuseFaults({ type, clientId, secret, scopes: wanted, backdating }: CreateCredential): Promise<void> {
  if (type === 'api-key' && typeof clientId === 'string') throw invalid('clientId', 'must be absent for an api-key');
  if (wanted.includes('admin') && typeof backdating === 'string')
    throw invalid('backdating', 'must be absent with the scope admin, which may date as far back as it likes');
  const fault = typeof secret === 'string' ? await faultOfBroughtSecret(type, secret) : null;
  if (fault) throw new InvalidInput([{ pointer: '/secret', detail: fault }]);
}

function invalid(member: string, wanted: string): InvalidInput {
  return new InvalidInput([{ pointer: `/${member}`, detail: `${member} ${wanted}` }]);
}

function noSuchWorkspace(): InvalidInput {
  return invalid('workspace', 'must be the slug or id of a workspace');
}

/** 178 bits of randomness in a key, 256 in the secret of a client. */
function newSecret(type: Credential['type']): string {
  return type === 'api-key' ? newApiKey() : randomBytes(32).toString('base64url');
}

/** Whoever is limited to bots knows no credential that is not. */
function visibleTo({ workspaceId, limitedTo }: Principal) {
  return { workspaceId, ...(limitedTo && { bots: { $ne: null, $contained: [...limitedTo] } }) };
}

/** When the caller's own credential expires; the administrator's never does. */
async function expiryOf(em: EntityManager, { credentialId }: Principal): Promise<Date | null> {
  const own = isUuid(credentialId) ? await em.findOne(Credential, { id: credentialId }) : null;
  return own?.expiresAt ?? null;
}

async function found(em: EntityManager, caller: Principal, id: string): Promise<Credential> {
  const credential = isUuid(id) ? await em.findOne(Credential, { $and: [{ id }, visibleTo(caller)] }) : null;
  if (!credential) throw new NotFound('there is no such credential');
  return credential;
}

function toDto(credential: Credential): CredentialDto {
  const { id, name, type, scopes: granted, bots, origins, clientId, createdAt, expiresAt, lastUsedAt } = credential;
  const previousUntil = credential.isInGrace(new Date()) ? credential.previousUntil : null;
  const workspace = credential.workspaceId;
  const rights = { scopes: granted, bots, origins, backdating: credential.limitOfBackdating(), clientId };
  return { id, workspace, name, type, ...rights, createdAt, expiresAt, lastUsedAt, previousUntil };
}

function withSecret(credential: Credential, secret: string): CredentialWithSecretDto {
  const isKey = credential.type === 'api-key';
  return Object.assign(toDto(credential), { key: isKey ? secret : null, clientSecret: isKey ? null : secret });
}
