import type { Principal } from '#libs/access';
import { Transactions } from '#libs/persistence';
import { NotFound } from '#libs/problem-details';
import { charactersIn } from '#libs/text';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { type Kysely, sql } from 'kysely';
import type { ChangeChannel, NamedChannelDto } from './channels.dto.js';
import { Labels } from './labels.js';

/** Characters of a channel: as many as an entry may have of it. */
export const maxChannelLength = 255;

/** The names of channels. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly em: EntityManager,
    private readonly transactions: Transactions,
    labels: Labels,
  ) {
    labels.add('channel', (workspaceId, channels) => namesOf(this.em.fork().getKysely(), workspaceId, channels));
  }

  /** @throws NotFound where no entry can have such a channel */
  async change({ workspaceId }: Principal, channel: string, { name }: ChangeChannel): Promise<NamedChannelDto> {
    if (charactersIn(channel) > maxChannelLength) throw new NotFound('no such channel');
    return this.transactions.run(async ({ db }) => {
      if (name === null)
        await sql`delete from channel_name where workspace_id = ${workspaceId} and channel = ${channel}`.execute(db);
      else if (name !== undefined)
        await sql`insert into channel_name (workspace_id, channel, name) values (${workspaceId}, ${channel}, ${name})
          on conflict (workspace_id, channel) do update set name = excluded.name`.execute(db);
      return { channel, name: (await namesOf(db, workspaceId, [channel])).get(channel) ?? null };
    });
  }
}

async function namesOf(db: Kysely<unknown>, workspaceId: string, channels: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ channel: string; name: string }>`
    select channel, name from channel_name
    where workspace_id = ${workspaceId} and channel = any(${channels}::text[])`.execute(db);
  return new Map(rows.map(({ channel, name }) => [channel, name]));
}
