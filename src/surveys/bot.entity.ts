import { defineEntity, p } from '@mikro-orm/core';

const BotSchema = defineEntity({
  name: 'Bot',
  tableName: 'bot',
  properties: {
    workspaceId: p.uuid().primary(),
    /** The bot or stream id, as it stands in the paths. Unique in its workspace only. */
    id: p.text().primary(),
    name: p.text(),
    /** What the survey door says of every answer to this bot. */
    orgId: p.text(),
    accountId: p.text(),
    userId: p.text(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** A bot that asks surveys. */
export class Bot extends BotSchema.class {}
BotSchema.setClass(Bot);

/** What a bot's id may be: it stands in paths, so it holds nothing that has to be escaped there. */
export const maxBotIdLength = 128;
export const botIdForm = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
