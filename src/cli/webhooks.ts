import type { Command } from 'commander';
import { DeliveriesQuery, ReplayWebhook } from '../webhooks/deliveries.dto.js';
import { DeliveriesService } from '../webhooks/deliveries.service.js';
import { eventTypes } from '../webhooks/endpoint.entity.js';
import { ReplayService } from '../webhooks/replay.service.js';
import { ChangeWebhook, CreateWebhook, RotateWebhook, WebhooksQuery } from '../webhooks/webhooks.dto.js';
import { WebhooksService } from '../webhooks/webhooks.service.js';
import { checked, table, type Terminal } from './terminal.js';
import { everyPage, type InWorkspace, operatorOf, workspaceOption } from './workspaces.js';

const list = (text: string): string[] => text.split(',').map((item) => item.trim());

/** `webhooks create|list|enable|disable|rotate|delete|ping|deliveries|retry|replay`. */
export function addWebhooks(webhooks: Command, terminal: Terminal): void {
  addEndpoints(webhooks, terminal);
  addChanges(webhooks, terminal);
  addDeliveries(webhooks, terminal);
}

function addEndpoints(webhooks: Command, terminal: Terminal): void {
  webhooks
    .command('create')
    .description('make an endpoint; its secret is shown only now')
    .requiredOption('--url <url>', 'where messages are sent')
    .requiredOption('--events <types>', `what it wants to hear of, separated by commas: ${eventTypes.join(', ')}`, list)
    .option('--description <text>', 'for people')
    .option('--filter <json>', 'which entries it wants, as {"scale":"csat","scoreMax":2}', (text) => JSON.parse(text))
    .option('--format <format>', 'standard or slack', 'standard')
    .option(...workspaceOption)
    .action(async ({ workspace, ...wanted }: InWorkspace & { url: string }) => {
      const endpoint = checked(CreateWebhook, wanted);
      const made = await terminal.with(async (application) =>
        application.get(WebhooksService).create(await operatorOf(application, workspace), endpoint),
      );
      terminal.say(made, `Made the webhook ${made.id}\nSecret, shown only now: ${made.secret}`);
    });

  webhooks
    .command('list')
    .description('list the endpoints of a workspace, newest first')
    .option(...workspaceOption)
    .action(async ({ workspace }: InWorkspace) => {
      const data = await terminal.with(async (application) => {
        const operator = await operatorOf(application, workspace);
        return everyPage((cursor) =>
          application.get(WebhooksService).list(operator, Object.assign(new WebhooksQuery(), { limit: 200, cursor })),
        );
      });
      const rows = data.map(({ enabled, disabledReason, waiting, ...one }) => ({
        ...one,
        sent: enabled ? 'yes' : `no: ${disabledReason}`,
        waiting: String(waiting),
      }));
      terminal.say(data, table(rows, ['id', 'url', 'events', 'format', 'sent', 'waiting', 'failingSince']));
    });

  webhooks
    .command('delete')
    .description('delete an endpoint, with its deliveries')
    .argument('<id>', 'its id')
    .option(...workspaceOption)
    .action(async (id: string, { workspace }: InWorkspace) => {
      await terminal.with(async (application) =>
        application.get(WebhooksService).remove(await operatorOf(application, workspace), id),
      );
      terminal.say({ deleted: id }, `Deleted the webhook ${id}`);
    });
}

function addChanges(webhooks: Command, terminal: Terminal): void {
  for (const [name, enabled, description] of [
    ['enable', true, 'send messages again, those that wait first'],
    ['disable', false, 'send nothing more; what happens waits'],
  ] as const)
    webhooks
      .command(name)
      .description(description)
      .argument('<id>', 'its id')
      .option(...workspaceOption)
      .action(async (id: string, { workspace }: InWorkspace) => {
        const change = checked(ChangeWebhook, { enabled });
        const changed = await terminal.with(async (application) =>
          application.get(WebhooksService).change(await operatorOf(application, workspace), id, change),
        );
        terminal.say(changed, `${enabled ? 'Enabled' : 'Disabled'} the webhook ${id}`);
      });

  webhooks
    .command('rotate')
    .description('replace the secret; messages carry both signatures for the grace period')
    .argument('<id>', 'its id')
    .option('--grace-period <seconds>', '0 to 604800', Number, 86_400)
    .option(...workspaceOption)
    .action(async (id: string, { workspace, gracePeriod }: InWorkspace & { gracePeriod: number }) => {
      const rotation = checked(RotateWebhook, { gracePeriod });
      const rotated = await terminal.with(async (application) =>
        application.get(WebhooksService).rotate(await operatorOf(application, workspace), id, rotation),
      );
      terminal.say(rotated, `Secret, shown only now: ${rotated.secret}`);
    });

  webhooks
    .command('ping')
    .description('send a message that says nothing, and tell what came back')
    .argument('<id>', 'its id')
    .option(...workspaceOption)
    .action(async (id: string, { workspace }: InWorkspace) => {
      const answer = await terminal.with(async (application) =>
        application.get(WebhooksService).ping(await operatorOf(application, workspace), id),
      );
      const { status, error, durationMs, body } = answer;
      terminal.say(answer, `${status ?? error} after ${durationMs} ms${body === '' ? '' : `: ${body}`}`);
    });
}

function addDeliveries(webhooks: Command, terminal: Terminal): void {
  webhooks
    .command('deliveries')
    .description('list the newest deliveries to an endpoint')
    .argument('<id>', 'its id')
    .option('--outcome <outcome>', 'pending, delivered, failed or skipped')
    .option('--limit <count>', 'how many, at most 200', '50')
    .option(...workspaceOption)
    .action(async (id: string, { workspace, ...typed }: InWorkspace & { outcome?: string; limit: string }) => {
      const query = checked(DeliveriesQuery, { ...typed, limit: Number(typed.limit) });
      const { data } = await terminal.with(async (application) =>
        application.get(DeliveriesService).list(await operatorOf(application, workspace), id, query),
      );
      const rows = data.map(({ attempts, ...one }) => ({
        ...one,
        attempts: String(attempts.length),
        last: String(attempts.at(-1)?.status ?? attempts.at(-1)?.error ?? '-'),
      }));
      terminal.say(data, table(rows, ['event', 'type', 'createdAt', 'outcome', 'attempts', 'last', 'nextAttemptAt']));
    });

  webhooks
    .command('retry')
    .description('send a message again')
    .argument('<id>', 'the id of the endpoint')
    .argument('<event>', 'the id of the message, evt_…')
    .option(...workspaceOption)
    .action(async (id: string, event: string, { workspace }: InWorkspace) => {
      const queued = await terminal.with(async (application) =>
        application.get(DeliveriesService).retry(await operatorOf(application, workspace), id, event),
      );
      terminal.say(queued, 'It is due now; the running server sends it');
    });

  webhooks
    .command('replay')
    .description('send again what happened in a time, entries from before the endpoint was there included')
    .argument('<id>', 'its id')
    .requiredOption('--from <time>', 'as 2026-01-31T12:00:00Z')
    .requiredOption('--to <time>', 'not included')
    .option('--events <types>', 'of these types, separated by commas', list)
    .option('--outcome <outcome>', 'only deliveries that have come to this')
    .option(...workspaceOption)
    .action(async (id: string, { workspace, ...typed }: InWorkspace) => {
      const wanted = checked(ReplayWebhook, typed);
      const queued = await terminal.with(async (application) =>
        application.get(ReplayService).replay(await operatorOf(application, workspace), id, wanted),
      );
      terminal.say(queued, `${queued.queued} are due now; the running server sends them`);
    });
}
