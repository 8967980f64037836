import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { checked, table, type Terminal } from './terminal.js';
import { everyPage, type InWorkspace, operatorOf, workspaceOption } from './workspaces.js';
import {
  CreateCredential,
  CredentialsQuery,
  CredentialWithSecretDto,
  defaultGracePeriod,
  RotateCredential,
} from '../workspaces/credentials.dto.js';
import { CredentialsService } from '../workspaces/credentials.service.js';
import { grantableScopes } from '../workspaces/scopes.js';

interface Wanted extends InWorkspace {
  name: string;
  scopes: string[];
  type: string;
  bots?: string[];
  origins?: string[];
  backdating?: string;
  expiresAt?: string;
  clientId?: string;
  secretFile?: string;
}

const list = (text: string): string[] => text.split(',').map((item) => item.trim());

/** `keys create|list|revoke|rotate`. */
export function addKeys(keys: Command, terminal: Terminal): void {
  addCreate(keys, terminal);
  addList(keys, terminal);
  addRevoke(keys, terminal);
  addRotate(keys, terminal);
}

function addCreate(keys: Command, terminal: Terminal): void {
  keys
    .command('create')
    .description('make an API key or a client; its secret is shown only now')
    .requiredOption('--name <name>', 'for people, to tell keys apart')
    .requiredOption('--scopes <scopes>', `what it may do, separated by commas: ${grantableScopes.join(', ')}`, list)
    .option('--type <type>', 'api-key or client', 'api-key')
    .option(...workspaceOption)
    .option('--bots <ids>', 'the bots that it is limited to, separated by commas', list)
    .option('--origins <origins>', 'the origins whose pages or apps may use it, separated by commas', list)
    .option('--backdating <duration>', 'how far back it may date feedback, as P7D; not for the scope admin')
    .option('--expires-at <time>', 'when it ceases to be valid, as 2027-01-31T12:00:00Z')
    .option('--client-id <id>', 'the client id that is in use already')
    .option('--secret-file <file>', 'holds the key or secret that is in use already; - for standard input', secretIn)
    .action(async ({ workspace: named, secretFile: secret, ...wanted }: Wanted) => {
      const credential = checked(CreateCredential, { ...wanted, ...(secret !== undefined && { secret }) });
      const made = await terminal.with(async (application) =>
        application.get(CredentialsService).create(await operatorOf(application, named), credential),
      );
      terminal.say(made, described(made));
    });
}

function secretIn(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${(error as Error).message}`);
  }
}

function addList(keys: Command, terminal: Terminal): void {
  keys
    .command('list')
    .description('list the keys and clients of a workspace, newest first')
    .option(...workspaceOption)
    .action(async ({ workspace: named }: InWorkspace) => {
      const data = await terminal.with(async (application) => {
        const operator = await operatorOf(application, named);
        const service = application.get(CredentialsService);
        return everyPage((cursor) =>
          service.list(operator, Object.assign(new CredentialsQuery(), { limit: 200, cursor })),
        );
      });
      terminal.say(data, table(data, [...columns]));
    });
}

const columns = ['id', 'name', 'type', 'clientId', 'scopes', 'expiresAt', 'lastUsedAt'] as const;

function addRevoke(keys: Command, terminal: Terminal): void {
  keys
    .command('revoke')
    .description('take a key or client away: it is refused within a second')
    .argument('<id>')
    .option(...workspaceOption)
    .action(async (id: string, { workspace: named }: InWorkspace) => {
      await terminal.with(async (application) =>
        application.get(CredentialsService).revoke(await operatorOf(application, named), id),
      );
      terminal.say({ id, revoked: true }, `Revoked ${id}`);
    });
}

function addRotate(keys: Command, terminal: Terminal): void {
  keys
    .command('rotate')
    .description('make a new key or secret, shown only now')
    .argument('<id>')
    .option(...workspaceOption)
    .option('--grace-period <seconds>', 'for which the old one stays valid', Number, defaultGracePeriod)
    .action(async (id: string, { workspace: named, gracePeriod }: InWorkspace & { gracePeriod: number }) => {
      const rotation = checked(RotateCredential, { gracePeriod });
      const rotated = await terminal.with(async (application) =>
        application.get(CredentialsService).rotate(await operatorOf(application, named), id, rotation),
      );
      terminal.say(rotated, described(rotated));
    });
}

function described({ id, key, clientId, clientSecret, previousUntil }: CredentialWithSecretDto): string {
  const lines = [`id:            ${id}`];
  if (key !== null) lines.push(`key:           ${key}`);
  if (clientSecret !== null) lines.push(`client id:     ${clientId}`, `client secret: ${clientSecret}`);
  if (previousUntil) lines.push(`old one until: ${previousUntil.toISOString()}`);
  return [...lines, 'The secret is shown only this once.'].join('\n');
}
