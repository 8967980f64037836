import { originOf, type Scope } from '#libs/access';
import {
  Between,
  enumeration,
  enumSchema,
  Integer,
  IsDuration,
  IsInstant,
  Matching,
  MaxItems,
  MinItems,
  Must,
  OneOf,
  PageQuery,
  Strict,
  Text,
  Values,
} from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { IsArray, IsOptional } from 'class-validator';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { maxSecretLength } from './brought-secret.js';
import { grantableScopes, scopes } from './scopes.js';
import { maxSlugLength } from './workspaces.dto.js';

const credentialTypes = enumeration('CredentialType', ['api-key', 'client']);
type CredentialType = (typeof credentialTypes)[number];

const IsGrantable = (): PropertyDecorator =>
  Must(
    `be one of ${grantableScopes.join(', ')}`,
    (scope) => grantableScopes.includes(scope as (typeof grantableScopes)[number]),
    enumSchema(grantableScopes),
    { each: true },
  );

const IsOrigin = (): PropertyDecorator =>
  Must(
    'be an origin such as https://shop.example',
    (value) => typeof value === 'string' && originOf(value) !== null,
    { maxLength: 300 },
    { each: true },
  );

/** A new credential. */
@Strict()
export class CreateCredential {
  /** For people, to tell credentials apart. */
  @Text(1, 255)
  name: string;

  /** An API key, shown as bearer; or a client, with a secret that it sends or signs JWTs with. */
  @OneOf(credentialTypes)
  type: CredentialType;

  /** What it may do. `admin` implies the other five. */
  @IsArray()
  @MinItems(1, 'name at least one scope')
  @Must('not name a scope twice', (scopes) => new Set(scopes as Scope[]).size === (scopes as Scope[]).length, {
    uniqueItems: true,
  })
  @IsGrantable()
  scopes: Exclude<Scope, 'instance'>[];

  /**
   * The ids of the bots that it is limited to: to the surveys of those, `/v1/bots` and `/v1/credentials`. Absent or null:
   * everything in its workspace that its scopes open.
   */
  @IsOptional()
  @IsArray()
  @MinItems(1, 'name at least one bot, or be null')
  @MaxItems(1000, 'name at most 1000 bots')
  @Text(1, 255, { each: true })
  bots?: string[] | null;

  /**
   * The origins whose pages or apps may use it, kept as browsers write them (lower case, punycode, no default port);
   * absent or null: any. `https://*.shop.example` stands for one label; `capacitor://localhost` and the like are origins too.
   */
  @IsOptional()
  @IsArray()
  @MinItems(1, 'name at least one origin, or be null')
  @MaxItems(100, 'name at most 100 origins')
  @IsOrigin()
  origins?: string[] | null;

  /**
   * How far back it may date what it stores: an ISO 8601 duration from PT1S to P3653D. What is dated further back counts
   * when it is stored. Absent or null: `P7D`. Not for the scope `admin`, which may date as far back as it likes.
   */
  @IsOptional()
  @IsDuration()
  backdating?: string | null;

  /** When it ceases to be valid; absent or null: never. */
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;

  /** The client id that is in use already, when moving over from elsewhere; absent or null: one is made. */
  @IsOptional()
  @Matching(/^[A-Za-z0-9._:-]{1,128}$/, 'be 1 to 128 of A-Z a-z 0-9 . _ : -', 128)
  clientId?: string | null;

  /**
   * The key or client secret that is in use already, when moving over from elsewhere; absent or null: one is made. A
   * key: 32 to 512 printable ASCII characters. A client secret: 32 to 512 bytes, which must be printable ASCII to be sent
   * as bearer. Refused are those that can be guessed: words, dates, repetitions and runs that hold less than 80 bits by
   * zxcvbn's estimate, a text that asks to be replaced, and well-known ones.
   */
  @IsOptional()
  @Text(0, maxSecretLength)
  secret?: string | null;

  /** Slug or id of the workspace that it opens; needs the scope `instance`. Absent or null: the caller's own. */
  @IsOptional()
  @Text(0, maxSlugLength)
  workspace?: string | null;
}

/** Seconds for which an old key or secret stays valid. */
export const defaultGracePeriod = 86_400;

/** How a key or secret is replaced. */
@Strict()
export class RotateCredential {
  /** Seconds for which the old key or secret stays valid: 0 to 604800 (a week). Absent or null: a day. */
  @IsOptional()
  @Integer()
  @Between(0, 604_800)
  gracePeriod?: number | null = defaultGracePeriod;
}

@Strict()
export class CredentialsQuery extends PageQuery {}

/** A credential without what is secret about it. */
@KeepsLimitsOf(CreateCredential, 'name', 'bots', 'origins', 'clientId')
export class CredentialDto {
  /** Names the credential for those who administer it; neither the key nor the client id. */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** The id of the workspace that it opens. */
  @ApiProperty({ format: 'uuid' })
  workspace: string;
  name: string;
  @Values(credentialTypes)
  type: CredentialType;
  @Values(scopes, { each: true })
  scopes: Scope[];
  /** The bots that it is limited to; null: every bot of its workspace. */
  bots: string[] | null;
  /** The origins that it is limited to; null: any. */
  origins: string[] | null;
  /** How far back it may date what it stores; null: as far as it likes. */
  backdating: string | null;
  /** Of a client: what it is sent as `client-id`, or `appId`; null for an API key. */
  clientId: string | null;
  createdAt: Date;
  /** null: never. */
  expiresAt: Date | null;
  /** When it was last let in; up to a minute behind. */
  lastUsedAt: Date | null;
  /** Until when the key or secret before the last rotation is valid too; null: it is not. */
  previousUntil: Date | null;
}

/** A credential with its key or secret, which is shown only here. */
export class CredentialWithSecretDto extends CredentialDto {
  /** The API key; null for a client, and in the repetition of a request with an `Idempotency-Key`. */
  key: string | null;
  /** The client secret; null for an API key, and in the repetition of a request with an `Idempotency-Key`. */
  clientSecret: string | null;
}

/** A page of credentials, newest first. */
export class CredentialPage {
  data: CredentialDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}
