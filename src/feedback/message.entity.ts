import { defineEntity, p } from '@mikro-orm/core';

const MessageSchema = defineEntity({
  name: 'Message',
  tableName: 'message',
  properties: {
    workspaceId: p.uuid().primary(),
    /** Given by the database, below 2^53. */
    id: p.bigint('number').primary().defaultRaw(`nextval('message_id')`),
    respondent: p.text(),
    /** The id of the conversation that was active then. */
    conversation: p.uuid(),
    body: p.text(),
    /** 0–999, as it was sent. */
    type: p.smallint(),
    createdAt: p.datetime(3),
  },
});

/** What a person said to an agent. */
export class Message extends MessageSchema.class {}
MessageSchema.setClass(Message);
