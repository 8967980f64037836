import { defineEntity, p } from '@mikro-orm/core';

/** The door through which an entry came. */
export type Source = 'message' | 'survey' | 'conversation' | 'question';

/** What a score means: `thumb` 0–1, `csat` 1–5, `nps` 0–10, `rating` 1–5; `choice` and `text` have none. */
export type Scale = 'thumb' | 'csat' | 'nps' | 'rating' | 'choice' | 'text';

/** Why, in one label and possibly some words. */
export interface Reason {
  label: string;
  details: string;
}

const FeedbackEntrySchema = defineEntity({
  name: 'FeedbackEntry',
  tableName: 'feedback_entry',
  properties: {
    workspaceId: p.uuid().primary(),
    /** UUIDv7, ours on every door. */
    id: p.uuid().primary(),
    source: p.string().$type<Source>(),
    /** The name that the door's client knows it by; unique among the entries of one source. */
    externalId: p.text().nullable().$type<string | null>(),
    /** What was asked: a survey's name, a question's id, `message`, `conversation`. */
    instrument: p.text(),
    scale: p.string().$type<Scale>(),
    score: p.smallint().nullable().$type<number | null>(),
    resolved: p.boolean().nullable().$type<boolean | null>(),
    /** The chosen values of a `choice`. */
    options: p.json().nullable().$type<(string | number)[] | null>(),
    /** What there was to choose from when it was asked. */
    choices: p.json().nullable().$type<object[] | null>(),
    /** Who said it: one exact NFC string in a workspace. */
    respondent: p.text().nullable().$type<string | null>(),
    conversation: p.text().nullable().$type<string | null>(),
    message: p.text().nullable().$type<string | null>(),
    channel: p.text().nullable().$type<string | null>(),
    language: p.text().nullable().$type<string | null>(),
    bot: p.text().nullable().$type<string | null>(),
    /** What the respondent was shown, as it was then. */
    prompt: p.text().nullable().$type<string | null>(),
    /** The respondent's own words. */
    comment: p.text().nullable().$type<string | null>(),
    reasons: p.json().nullable().$type<Reason[] | null>(),
    properties: p.json().nullable().$type<object | null>(),
    userProperties: p.json().nullable().$type<object | null>(),
    sources: p.json().nullable().$type<object[] | null>(),
    /** When it was said, by whoever said so. */
    occurredAt: p.datetime(3),
    /** When it was stored, by the database's clock. */
    recordedAt: p.datetime(3),
    updatedAt: p.datetime(3),
  },
});

/** One thing that one person said, whichever door it came through. */
export class FeedbackEntry extends FeedbackEntrySchema.class {}
FeedbackEntrySchema.setClass(FeedbackEntry);
