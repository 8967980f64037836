import { ApiProperty } from '@nestjs/swagger';
import type { Reason, Scale, Source } from '../feedback/feedback-entry.entity.js';
import type { Entry } from '../feedback/submission.js';

const scalar = { oneOf: [{ type: 'string' }, { type: 'number' }] };

export class ChoiceDto {
  label: string;
  @ApiProperty(scalar)
  value: string | number;
}

/** Why, in one label and possibly some words. */
export class ReasonDto {
  label: string;
  details: string;
}

/** One thing that one person said, whichever door it came through. Every member is present, null where there is nothing. */
export class EntryDto {
  /** UUIDv7. */
  id: string;
  /** The door: `message`, `survey`, `conversation` or `question`. */
  source: Source;
  /** The id that the door's own clients know it by. */
  externalId: string | null;
  /** What was asked: a survey's name, a question's id, `message` or `conversation`. */
  instrument: string;
  /** What the score means: `thumb` 0–1, `csat` 1–5, `nps` 0–10, `rating` 1–5; `choice` and `text` have none. */
  scale: Scale;
  @ApiProperty({ type: 'integer', nullable: true })
  score: number | null;
  /** Whether the conversation settled the matter. */
  resolved: boolean | null;
  /** The chosen values of a `choice`. */
  @ApiProperty({ type: 'array', nullable: true, items: scalar })
  options: (string | number)[] | null;
  /** What there was to choose from when it was asked. */
  @ApiProperty({ type: () => [ChoiceDto], nullable: true })
  choices: object[] | null;
  /** Who said it. */
  respondent: string | null;
  conversation: string | null;
  message: string | null;
  channel: string | null;
  language: string | null;
  bot: string | null;
  /** What the respondent was shown, as it was then. */
  prompt: string | null;
  /** The respondent's own words. */
  comment: string | null;
  @ApiProperty({ type: () => [ReasonDto], nullable: true })
  reasons: Reason[] | null;
  properties: object | null;
  userProperties: object | null;
  sources: object[] | null;
  /** When it was said, by whoever said so. */
  occurredAt: Date;
  /** When it was stored. */
  recordedAt: Date;
  updatedAt: Date;
}

/** The members of an entry, in the order in which they are shown. */
export const entryMembers = [
  'id',
  'source',
  'externalId',
  'instrument',
  'scale',
  'score',
  'resolved',
  'options',
  'choices',
  'respondent',
  'conversation',
  'message',
  'channel',
  'language',
  'bot',
  'prompt',
  'comment',
  'reasons',
  'properties',
  'userProperties',
  'sources',
  'occurredAt',
  'recordedAt',
  'updatedAt',
] as const satisfies (keyof EntryDto)[];

export function toEntryDto(entry: Entry): EntryDto {
  return Object.fromEntries(entryMembers.map((member) => [member, entry[member]])) as unknown as EntryDto;
}
