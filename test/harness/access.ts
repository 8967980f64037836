import { request as httpRequest } from 'node:http';
import {
  Access,
  AccessGuard,
  AccessModule,
  Caller,
  type ClientCredential,
  CredentialDirectory,
  hashOf,
  newApiKey,
  type Principal,
  Public,
  RefusalBudget,
  type Scope,
} from '#libs/access';
import { ProblemFilter, ProblemModule, TooManyRequests } from '#libs/problem-details';
import { Controller, Get } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { AccessRow } from './access.rows.js';

@Controller()
class Doors {
  @Get('api-key')
  @Access('api-key', 'feedback:write')
  byApiKey(@Caller() caller: Principal) {
    return { caller: caller.credentialId };
  }

  @Get('client')
  @Access('client', 'feedback:write')
  byClient(@Caller() caller: Principal) {
    return { caller: caller.credentialId };
  }

  @Get('jwt')
  @Access('jwt', 'feedback:write')
  byJwt(@Caller() caller: Principal) {
    return { caller: caller.credentialId };
  }

  @Get('limited')
  @Access('api-key', 'feedback:write', { heedsLimit: true })
  limited() {
    return {};
  }

  @Get('workspaces')
  @Access('api-key', 'instance')
  ofTheInstance() {
    return {};
  }

  @Get('forgotten')
  forgotten() {
    return {};
  }
}

@Controller('open')
@Public()
class OpenDoors {
  @Get()
  open() {
    return {};
  }

  @Get('but-one')
  @Access('api-key', 'feedback:write')
  butOne() {
    return {};
  }
}

/** The port, kept in memory: what src/workspaces keeps in the database. */
export class Directory implements CredentialDirectory {
  readonly keys = new Map<string, Principal>();
  readonly clients = new Map<string, ClientCredential>();
  asked = 0;

  async byKeyHash(sha256: string, mistyped: boolean): Promise<Principal | null> {
    if (mistyped) return null;
    this.asked++;
    return this.keys.get(sha256) ?? null;
  }

  async byClientId(clientId: string): Promise<ClientCredential | null> {
    this.asked++;
    return this.clients.get(clientId) ?? null;
  }
}

export class Refusals implements RefusalBudget {
  readonly addresses: string[] = [];
  budget = Infinity;

  async refused(address: string): Promise<void> {
    this.addresses.push(address);
    if (this.addresses.length > this.budget) throw new TooManyRequests(7);
  }
}

export function principal(credentialId: string, more: Partial<Principal> = {}): Principal {
  return {
    workspaceId: 'workspace',
    credentialId,
    scopes: new Set<Scope>(['feedback:write']),
    limitedTo: null,
    origins: null,
    backdating: Infinity,
    ...more,
  };
}

export async function serve(directory: CredentialDirectory, refusals?: RefusalBudget): Promise<NestFastifyApplication> {
  const ports = [
    { provide: CredentialDirectory, useValue: directory },
    ...(refusals ? [{ provide: RefusalBudget, useValue: refusals }] : []),
  ];
  const testing = await Test.createTestingModule({
    imports: [ProblemModule.forRoot({ doors: [] }), AccessModule.forRoot({ providers: ports })],
    controllers: [Doors, OpenDoors],
    providers: [
      { provide: APP_GUARD, useExisting: AccessGuard },
      { provide: APP_FILTER, useExisting: ProblemFilter },
    ],
  }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

export interface Answer {
  status: number;
  challenge: string | undefined;
  retryAfter: string | undefined;
  body: { detail?: string; caller?: string };
}

/** Sends exactly these header fields; fetch would join those that are sent twice. POST if there is something to send. */
export async function knock(url: string, fields: AccessRow['fields'], content?: object): Promise<Answer> {
  const text = content && JSON.stringify(content);
  const framing = text
    ? [
        ['content-type', 'application/json'],
        ['content-length', `${Buffer.byteLength(text)}`],
      ]
    : [];
  const headers = [['host', 'localhost'], ...framing, ...fields].flat();
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: text ? 'POST' : 'GET', headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          challenge: response.headers['www-authenticate'],
          retryAfter: response.headers['retry-after'],
          body: JSON.parse(body),
        }),
      );
    });
    sent.on('error', reject).end(text);
  });
}

export const client = {
  id: 'cs-11111111-1111-4111-8111-111111111111',
  secret: 'the secret of the client, 32 bytes at least',
};
export const foreign = {
  id: 'cs-22222222-2222-4222-8222-222222222222',
  secret: 'the secret of a client of somebody else',
};
export const key = newApiKey();
export const brought = 'sk_live_brought_along_from_elsewhere';

/** Puts back the credentials above, and forgets what was counted. */
export function reset(directory: Directory, refusals: Refusals): void {
  directory.keys.clear();
  directory.clients.clear();
  directory.keys.set(hashOf(key), principal('key'));
  directory.keys.set(hashOf(brought), principal('key'));
  directory.clients.set(client.id, { principal: principal('client'), secrets: [client.secret] });
  directory.clients.set(foreign.id, { principal: principal('foreign'), secrets: [foreign.secret] });
  refusals.addresses.length = 0;
  refusals.budget = Infinity;
}

export const withKey = (apiKey: string, ...more: AccessRow['fields']): AccessRow['fields'] => [
  ['authorization', `Bearer ${apiKey}`],
  ...more,
];
