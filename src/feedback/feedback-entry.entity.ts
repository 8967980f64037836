import type { ExactNumber } from '#libs/json-body';
import { enumeration } from '#libs/validation';
import { defineEntity, p } from '@mikro-orm/core';
import type { Scale } from './scale.js';

/** The door through which an entry came; `native`: /v1/feedback. */
export const sources = enumeration('Source', ['message', 'survey', 'conversation', 'question', 'native']);
export type Source = (typeof sources)[number];

/** How far a team is with an entry. */
export const states = enumeration('State', ['new', 'seen', 'done']);
export type State = (typeof states)[number];

/** Why, in one label and possibly some words. */
export interface Reason {
  label: string;
  details: string;
}

/** The one place that says what an entry has. Its order is the order of columns and members wherever they are listed. */
export const FeedbackEntrySchema = defineEntity({
  name: 'FeedbackEntry',
  tableName: 'feedback_entry',
  properties: {
    workspaceId: p.uuid().primary(),
    /** UUIDv7, ours on every door. */
    id: p.uuid().primary(),
    source: p.string().$type<Source>(),
    /** The name that the door's client knows it by; unique among the entries of one source. */
    externalId: p.text().$type<string>().strictNullable(),
    /** What was asked: a survey's name, a question's id, `message`, `conversation`. */
    instrument: p.text(),
    scale: p.string().$type<Scale>(),
    score: p.smallint().$type<number>().strictNullable(),
    resolved: p.boolean().$type<boolean>().strictNullable(),
    /** The chosen values of a `choice`. */
    options: p.json().$type<(string | number | ExactNumber)[]>().strictNullable(),
    /** What there was to choose from when it was asked. */
    choices: p.json().$type<object[]>().strictNullable(),
    /** Who said it: one exact NFC string in a workspace. */
    respondent: p.text().$type<string>().strictNullable(),
    conversation: p.text().$type<string>().strictNullable(),
    message: p.text().$type<string>().strictNullable(),
    channel: p.text().$type<string>().strictNullable(),
    /** As it was sent. */
    language: p.text().$type<string>().strictNullable(),
    /** The one form of it, by which entries are found. */
    languageTag: p.text().$type<string>().strictNullable(),
    bot: p.text().$type<string>().strictNullable(),
    /** The release of the bot, model or prompt that was talked to: 1 to 255 characters. */
    version: p.text().$type<string>().strictNullable(),
    /** What the respondent was shown, as it was then. */
    prompt: p.text().$type<string>().strictNullable(),
    /** The respondent's own words. */
    comment: p.text().$type<string>().strictNullable(),
    /** The comment and the details of the reasons as searching sees them: see {@link wordsOf}. */
    words: p.text().$type<string>().strictNullable(),
    reasons: p.json().$type<Reason[]>().strictNullable(),
    properties: p.json().$type<object>().strictNullable(),
    userProperties: p.json().$type<object>().strictNullable(),
    sources: p.json().$type<object[]>().strictNullable(),
    /** When it was said, by whoever said so. */
    occurredAt: p.datetime(3),
    /** When it counts: see {@link countedAt}. */
    countedAt: p.datetime(3),
    /** When it was stored, by the database's clock. */
    recordedAt: p.datetime(3),
    updatedAt: p.datetime(3),
    /** How far a team is with it; a null in the column reads as new. This and what follows is theirs: doors neither say nor change it. */
    state: p.string().$type<State>(),
    note: p.text().$type<string>().strictNullable(),
    /** The credential that noted it last, and when. */
    reviewedBy: p.text().$type<string>().strictNullable(),
    reviewedAt: p.datetime(3).$type<Date>().strictNullable(),
  },
});

/** One thing that one person said, whichever door it came through. */
export class FeedbackEntry extends FeedbackEntrySchema.class {}
FeedbackEntrySchema.setClass(FeedbackEntry);
