import 'reflect-metadata';
import { IsOptional } from 'class-validator';
import { basePathIn } from '#libs/base-path';
import { allowedIn } from '#libs/outgoing';
import { Between, Integer, IsDuration, Matching, Must, OneOf, Text } from '#libs/validation';
import { originsIn } from './cors.js';
import { encryptionKeyForm } from './encryption-key.js';
import { trustIn } from './proxies.js';

/** What the README's table says of a variable. */
interface Setting {
  name: string;
  description: string;
}

/** Every variable, in the order of the README's table. */
export const settings: Setting[] = [];

/** Makes a member of {@link Config} an environment variable. Its declared type says how the text is read. */
function Env(description: string): PropertyDecorator {
  return (_target, name) => void settings.push({ name: String(name), description });
}

const IsUrlOf = (form: RegExp, example: string): PropertyDecorator =>
  Must(
    `be a URL such as ${example}, with special characters percent-encoded`,
    (value) => typeof value === 'string' && form.test(value) && URL.canParse(value),
  );

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** The environment, parsed and validated once. Modules receive values, never `process.env`. */
export class Config {
  @Env('Port to listen on.')
  @Integer()
  @Between(0, 65_535)
  PORT: number = 3000;

  @Env('Address to listen on.')
  @Text(1)
  HOST: string = '0.0.0.0';

  @Env(
    'Path below which a proxy shows the server, such as `/fb`. The proxy may take it off what it passes on, or leave it. Unset: none, or what a trusted proxy says in `X-Forwarded-Prefix`.',
  )
  @IsOptional()
  @Must('be a path of plain segments such as /fb', (value) => basePathIn(String(value)) !== null)
  BASE_PATH?: string;

  @Env(
    'URL at which people reach the server, such as `https://feedback.example`, for links that are sent to them. Unset: there are no such links.',
  )
  @IsOptional()
  @IsUrlOf(/^https?:\/\/[^?#]+$/, 'https://feedback.example')
  PUBLIC_URL?: string;

  @Env('PostgreSQL 16 or newer, as a URL. Unset: the server runs a PostgreSQL of its own in `DATA_DIR`.')
  @IsOptional()
  @IsUrlOf(/^postgres(ql)?:\/\/[^/]*\/[^?]/, 'postgres://user:password@host:5432/database')
  DATABASE_URL?: string;

  @Env('Directory of the own PostgreSQL, and of the keys that are made.')
  @Text(1)
  DATA_DIR: string = './data';

  @Env(
    'The administrator: a key with every scope in the workspace `default`. Unset on the first start of an own PostgreSQL: one is made, and shown once on the terminal or written to `DATA_DIR/administrator.key`. With `DATABASE_URL` none is made, and only the command line administers without one.',
  )
  @IsOptional()
  @Matching(/^[!-~][ -~]{30,510}[!-~]$/, 'be 32 to 512 printable ASCII characters')
  ADMIN_API_KEY?: string;

  @Env(
    'Seals the secrets of clients: 32 random bytes as 64 hex digits or in base64. Unset: with an own PostgreSQL one is made and kept in `DATA_DIR`; with `DATABASE_URL` no client can be made or verified.',
  )
  @IsOptional()
  @Matching(encryptionKeyForm, 'be 32 bytes, as 64 hex digits or in base64')
  ENCRYPTION_KEY?: string;

  @Env(
    'Redis, as a URL: replicas share their budgets through it, and a duplicate is refused by one look-up in PostgreSQL. Unset: each process counts for itself.',
  )
  @IsOptional()
  @IsUrlOf(/^rediss?:\/\//, 'redis://host:6379 or rediss://user:password@host:6379')
  REDIS_URL?: string;

  @Env(
    'Requests that a credential may send in a minute. 0: any number, and any number of attempts with a wrong credential.',
  )
  @Integer()
  @Between(0, 1_000_000)
  RATE_LIMIT: number = 600;

  @Env("The survey door's own limits, per bot: `vendor` for those of Kore.ai, `off` for none.")
  @OneOf(['off', 'vendor'])
  KORE_RATE_LIMIT: 'off' | 'vendor' = 'off';

  @Env(
    'Origins, separated by commas, whose pages or apps may call the paths that browsers use; `*` for all. `https://*.shop.example` stands for one label.',
  )
  @IsOptional()
  @Must(
    'be * or origins such as https://shop.example, separated by commas',
    (value) => originsIn(String(value)) !== null,
  )
  CORS_ORIGINS?: string;

  @Env('How long a person who rated a business has to wait before rating it again, as an ISO 8601 duration.')
  @IsDuration()
  FEEDBACK_WINDOW: string = 'PT1H';

  @Env('How long after its last message a conversation can be rated, as an ISO 8601 duration.')
  @IsDuration()
  CONVERSATION_TTL: string = 'PT24H';

  @Env('Which of the texts for an unknown user the Haptik paths answer with: `2021` (`Invalid_User`) or `2020`.')
  @OneOf(['2021', '2020'])
  HAPTIK_TEXTS: '2021' | '2020' = '2021';

  @Env(
    'Hosts, addresses and CIDR ranges, separated by commas, to which webhooks may be sent although they are not public, by http too. Unset: webhooks go to public addresses by https only.',
  )
  @Must(
    'be hosts such as chat.internal, addresses or ranges such as 10.0.0.0/8, separated by commas',
    (value) => allowedIn(String(value)) !== null,
  )
  WEBHOOK_HOSTS: string = '';

  @Env('How long deliveries of webhooks are kept, those that wait included, as an ISO 8601 duration.')
  @IsDuration()
  WEBHOOK_RETENTION: string = 'P30D';

  @Env(
    'Addresses or CIDR ranges, separated by commas, of proxies whose `X-Forwarded-For` and `X-Forwarded-Prefix` count. `Forwarded` is not read.',
  )
  @IsOptional()
  @Must(
    'be addresses such as 10.0.0.7 or ranges such as 10.0.0.0/8, separated by commas',
    (value) => trustIn(String(value)) !== null,
  )
  TRUST_PROXY?: string;

  @Env(`How much is logged: ${logLevels.map((level) => `\`${level}\``).join(', ')}.`)
  @OneOf(logLevels)
  LOG_LEVEL: string = 'info';

  get basePath(): string {
    return basePathIn(this.BASE_PATH ?? '') ?? '';
  }
}

/** What is wrong with the environment, a line each. */
export class InvalidConfig extends Error {
  constructor(readonly faults: string[]) {
    super(['The configuration is not valid:', ...faults.map((fault) => `- ${fault}`)].join('\n'));
  }
}
