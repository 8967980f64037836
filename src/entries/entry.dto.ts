import type { ExactNumber } from '#libs/json-body';
import { Values } from '#libs/validation';
import { ApiProperty } from '@nestjs/swagger';
import { allMembers } from '../feedback/entry.members.js';
import { type Reason, type Source, sources, type State, states } from '../feedback/feedback-entry.entity.js';
import { type Scale, scales } from '../feedback/scale.js';
import type { Entry } from '../feedback/submission.js';
import { KeepsLimitsOf } from '../openapi/limits.js';
import { SubmitFeedback } from './submit.dto.js';

const scalar = { oneOf: [{ type: 'string' }, { type: 'number' }] };

/** One thing that there was to choose. */
export class ChoiceDto {
  /** What was shown. */
  label: string;
  /** What choosing it says. */
  @ApiProperty(scalar)
  value: string | number | ExactNumber;
}

/** Why, in one label and possibly some words. */
export class ReasonDto {
  /** The reason in a word. */
  label: string;
  /** In the respondent's words; may be empty. */
  details: string;
}

/** What is not shown: the workspace is the caller's, and the tag and the words follow from the rest. */
const hidden = ['workspaceId', 'languageTag', 'words'] as const;

/** One thing that one person said, whichever door it came through. Every member is present, null where there is nothing. */
@KeepsLimitsOf(SubmitFeedback, 'externalId', 'instrument', 'respondent', 'conversation', 'message', 'channel', 'bot')
export class EntryDto implements Omit<Entry, (typeof hidden)[number]> {
  /** Ours, on every door: a UUIDv7. */
  @ApiProperty({ format: 'uuid' })
  id: string;
  /** The door: `message`, `survey`, `conversation`, `question`, or `native` for what is submitted here. */
  @Values(sources)
  source: Source;
  /** The id that the door's own clients know it by. */
  externalId: string | null;
  /** What was asked: a survey's name, a question's id, `message` or `conversation`. */
  instrument: string;
  /** What the score means: `thumb` 0–1, `csat` 1–5, `nps` 0–10, `ces` 1–7, `rating` 1–5, `rating3` and the like from 1 to that number; `choice` and `text` have none. */
  @Values(scales)
  scale: Scale;
  /** As the scale has it; null for `choice` and `text`. */
  @ApiProperty({ type: 'integer', nullable: true, minimum: 0, maximum: 10 })
  score: number | null;
  /** Whether the conversation settled the matter. */
  resolved: boolean | null;
  /** The chosen values of a `choice`. */
  @ApiProperty({ type: 'array', nullable: true, items: scalar })
  options: (string | number | ExactNumber)[] | null;
  /** What there was to choose from when it was asked. */
  @ApiProperty({ type: () => [ChoiceDto], nullable: true })
  choices: object[] | null;
  /** Who said it. */
  respondent: string | null;
  /** The conversation that it is about, or that it was asked in. */
  conversation: string | null;
  /** The message that it is about. */
  message: string | null;
  /** Where it was said, in the caller's word; of a user feedback its `business_id`. */
  channel: string | null;
  /** As it was sent. */
  language: string | null;
  /** The bot that the survey was about. */
  bot: string | null;
  /** The release of the bot, model or prompt that was talked to; of a message feedback `properties.version`. */
  version: string | null;
  /** What the respondent was shown, as it was then. */
  prompt: string | null;
  /** The respondent's own words. */
  comment: string | null;
  /** Of a message feedback: why. */
  @ApiProperty({ type: () => [ReasonDto], nullable: true })
  reasons: Reason[] | null;
  /** Of a message feedback, as they were sent. */
  properties: object | null;
  /** Of a message feedback: who gave it, as it was sent. */
  userProperties: object | null;
  /** Of a message feedback: what the message was based on, as it was sent. */
  sources: object[] | null;
  /** When it was said, by whoever said so. */
  occurredAt: Date;
  /** When it counts: when it was said, but not later than it was stored, and not further back than its credential may date it. Lists and analytics go by it. */
  countedAt: Date;
  /** When it was stored. */
  recordedAt: Date;
  /** When it was stored or last changed. */
  updatedAt: Date;
  /** How far a team is with it. */
  @Values(states)
  state: State;
  /** What the team has noted. */
  @ApiProperty({ type: 'string', nullable: true, maxLength: 2_000 })
  note: string | null;
  /** The id of the credential that changed state or note last. */
  reviewedBy: string | null;
  /** When that was. */
  reviewedAt: Date | null;
}

/** The members that are shown, in the order in which they are shown. */
export const shownMembers = allMembers.filter(isShown);

export function toEntryDto(entry: Entry): EntryDto {
  return Object.fromEntries(shownMembers.map((member) => [member, entry[member]])) as unknown as EntryDto;
}

function isShown(member: keyof Entry): member is keyof EntryDto {
  return !hidden.some((one) => one === member);
}
