import { type Scope, scopes } from '#libs/access';
import { IsInstant, Length, PageQuery, Strict } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';

/** `instance` cannot be granted: only the administrator of the instance has it. */
const grantable: Exclude<Scope, 'instance'>[] = scopes.filter((scope) => scope !== 'instance');

/** A new credential. */
@Strict()
export class CreateCredential {
  /** For people, to tell credentials apart. */
  @IsString()
  @Length(1, 255, { message: '$property must be 1 to 255 characters long' })
  name: string;

  /** An API key, shown as bearer; or a client, with a secret that it sends or signs JWTs with. */
  @IsIn(['api-key', 'client'], { message: '$property must be api-key or client' })
  type: 'api-key' | 'client';

  /** What it may do. `admin` implies the other five. */
  @IsArray()
  @ArrayMinSize(1, { message: '$property must name at least one scope' })
  @ArrayUnique({ message: '$property must not name a scope twice' })
  @IsIn(grantable, { each: true, message: `each value in $property must be one of ${grantable.join(', ')}` })
  scopes: Exclude<Scope, 'instance'>[];

  /**
   * The ids of the bots that it is limited to: to the surveys of those, `/v1/bots` and `/v1/credentials`. Absent or null:
   * everything in its workspace that its scopes open.
   */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: '$property must name at least one bot, or be null' })
  @ArrayMaxSize(1000, { message: '$property must name at most 1000 bots' })
  @IsString({ each: true })
  @Length(1, 255, { each: true, message: 'each value in $property must be 1 to 255 characters long' })
  bots?: string[] | null;

  /** The web origins whose pages may use it, as browsers write them; absent or null: any. */
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: '$property must name at least one origin, or be null' })
  @ArrayMaxSize(100, { message: '$property must name at most 100 origins' })
  @Matches(/^https?:\/\/(?!.*:(80|443)$)[a-z0-9.-]{1,253}(:\d{1,5})?$/, {
    each: true,
    message: 'each value in $property must be an origin such as https://shop.example',
  })
  origins?: string[] | null;

  /** When it ceases to be valid; absent or null: never. */
  @IsOptional()
  @IsInstant()
  expiresAt?: string | null;

  /** The client id that is in use already, when moving over from elsewhere; absent or null: one is made. */
  @IsOptional()
  @Matches(/^[A-Za-z0-9._:-]{1,128}$/, { message: '$property must be 1 to 128 of A-Z a-z 0-9 . _ : -' })
  clientId?: string | null;

  /**
   * The key or client secret that is in use already, when moving over from elsewhere; absent or null: one is made. A
   * key: 32 to 512 printable ASCII characters. A client secret: 32 to 512 bytes, which must be printable ASCII to be sent
   * as bearer. Refused are those that can be guessed: fewer than 8 different characters, one piece repeated, a run of the
   * alphabet or the digits, a text that asks to be replaced, and well-known ones.
   */
  @IsOptional()
  @IsString()
  secret?: string | null;

  /** Slug or id of the workspace that it opens; needs the scope `instance`. Absent or null: the caller's own. */
  @IsOptional()
  @IsString()
  workspace?: string | null;
}

/** How a key or secret is replaced. */
@Strict()
export class RotateCredential {
  /** Seconds for which the old key or secret stays valid: 0 to 604800 (a week). Absent or null: a day. */
  @IsOptional()
  @ApiProperty({ type: 'integer' })
  @IsInt({ message: '$property must be an integer' })
  @Min(0, { message: '$property must be from 0 to 604800' })
  @Max(604_800, { message: '$property must be from 0 to 604800' })
  gracePeriod?: number | null = 86_400;
}

@Strict()
export class CredentialsQuery extends PageQuery {}

/** A credential without what is secret about it. */
export class CredentialDto {
  /** Names the credential for those who administer it; neither the key nor the client id. */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** The id of the workspace that it opens. */
  @ApiProperty({ format: 'uuid' })
  workspace: string;
  name: string;
  type: 'api-key' | 'client';
  scopes: Scope[];
  /** The bots that it is limited to; null: every bot of its workspace. */
  bots: string[] | null;
  /** The web origins that it is limited to; null: any. */
  origins: string[] | null;
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
